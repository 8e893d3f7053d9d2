#include "subnet/ledger/free_list.h"

#include "subnet/ledger/entry_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <set>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

namespace weft {

namespace {

constexpr std::size_t kHeaderBytes = 128;
constexpr std::size_t kReadBytes = 4096;
// What has been taken out of the queue is cut off once it is so much and more than what is left.
constexpr std::uint64_t kSpentBytes = 65'536;
// Of a longer queue the older half is forgotten: a large pool is not through for long.
constexpr std::uint64_t kQueueBytes = 1'048'576;
constexpr std::size_t kReloaded = 65'536;  // addresses

std::string file_for(Family family) { return fmt::format("free.{}", to_string(family)); }

// The next word of a line.
std::string_view word(std::string_view& line) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  line.remove_prefix(begin);
  const std::string_view found = line.substr(0, line.find_first_of(" \n"));
  line.remove_prefix(found.size());
  return found;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::string read_at(int fd, std::uint64_t offset, std::size_t size) {
  std::string text(size, '\0');
  const ssize_t got = ::pread(fd, text.data(), size, static_cast<off_t>(offset));
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

std::uint64_t size_of(int fd) {
  struct stat status{};
  return ::fstat(fd, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

FreeList::FreeList(const Directory& directory, const AddressPool& pool)
    : directory_(directory), pool_(pool), fresh_(pool.size()) {
  if (auto fd = directory_.open_file(file_for(pool_.subnet().family()), O_RDWR)) fd_ = *std::move(fd);
  if (fd_ && !read_header()) fd_ = UniqueFd();
}

bool FreeList::read_header() {
  const std::string text = read_at(fd_.get(), 0, kHeaderBytes);
  if (text.size() != kHeaderBytes || text.back() != '\n') return false;
  std::string_view line = text;
  const auto subnet = IpPrefix::parse(word(line));
  const auto fresh = number(word(line));
  const auto head = number(word(line));
  if (!subnet || *subnet != pool_.subnet() || !fresh || !head || *head < kHeaderBytes) return false;
  fresh_ = std::min(*fresh, pool_.size());
  head_ = read_to_ = *head;
  return true;
}

std::string FreeList::header() const {
  std::string text = fmt::format("{} {} {}", pool_.subnet().to_string(), fresh_, head_);
  text.resize(kHeaderBytes - 1, ' ');
  return text + '\n';
}

bool FreeList::read_queue() {
  const std::string text = read_at(fd_.get(), read_to_, kReadBytes);
  const std::size_t end = text.rfind('\n');
  if (end == std::string::npos) return false;
  for (std::size_t begin = 0; begin <= end;) {
    const std::size_t line_end = text.find('\n', begin);
    lines_.push_back(text.substr(begin, line_end - begin));
    begin = line_end + 1;
  }
  read_to_ += end + 1;
  return true;
}

std::optional<IpAddress> FreeList::next() {
  if (!fd_) return std::nullopt;
  while (fresh_ < pool_.size()) {
    const IpAddress candidate = pool_.at(fresh_++);
    if (!directory_.exists(file_of(candidate))) return candidate;
  }
  while (!lines_.empty() || read_queue()) {
    const auto candidate = IpAddress::parse(lines_.front());
    head_ += lines_.front().size() + 1;
    lines_.pop_front();
    // Anything can stand there, also what has been given out meanwhile.
    if (candidate && pool_.index_of(*candidate) && !directory_.exists(file_of(*candidate))) return *candidate;
  }
  return std::nullopt;
}

void FreeList::commit() {
  if (!fd_) return;
  const std::string text = header();
  [[maybe_unused]] const ssize_t written = ::pwrite(fd_.get(), text.data(), text.size(), 0);
  const std::uint64_t size = size_of(fd_.get());
  const std::uint64_t left = size > head_ ? size - head_ : 0;
  const std::uint64_t spent = head_ - kHeaderBytes;
  if (left > kQueueBytes || (spent > kSpentBytes && spent > left)) shorten();
}

std::string FreeList::rest_of_queue() const {
  const std::uint64_t size = size_of(fd_.get());
  return size > head_ ? read_at(fd_.get(), head_, size - head_) : std::string();
}

void FreeList::take(const IpAddress& address) {
  if (!fd_) return;
  std::string queue = '\n' + rest_of_queue();
  const std::string line = '\n' + address.to_string() + '\n';
  for (std::size_t at = queue.find(line); at != std::string::npos; at = queue.find(line, at)) {
    queue.erase(at, line.size() - 1);
  }
  // The never used ones before it can come from the queue as well.
  const auto index = pool_.index_of(address);
  std::string passed_over;
  if (index && *index >= fresh_ && *index - fresh_ <= kReloaded) {
    while (fresh_ < *index) passed_over += pool_.at(fresh_++).to_string() + '\n';
    ++fresh_;
  }
  head_ = kHeaderBytes;
  [[maybe_unused]] const auto replaced =
      directory_.replace_file(file_for(pool_.subnet().family()), header() + passed_over + queue.substr(1));
}

void FreeList::shorten() {
  std::string queue = rest_of_queue();
  if (queue.size() > kQueueBytes) queue.erase(0, queue.find('\n', queue.size() / 2) + 1);
  head_ = kHeaderBytes;
  [[maybe_unused]] const auto replaced = directory_.replace_file(file_for(pool_.subnet().family()), header() + queue);
}

bool FreeList::reload() {
  const auto names = directory_.names(kAddressesFolder);
  if (!names) return false;
  std::set<std::uint64_t> used;
  for (const Directory::Name& name : *names) {
    const auto address = IpAddress::parse(name.text);
    if (const auto index = address ? pool_.index_of(*address) : std::nullopt) used.insert(*index);
  }
  fresh_ = used.empty() ? 0 : *used.rbegin() + 1;
  head_ = read_to_ = kHeaderBytes;
  lines_.clear();
  std::string queue;
  std::size_t found = 0;
  auto taken = used.begin();
  for (std::uint64_t index = 0; index < fresh_ && found < kReloaded; ++index) {
    if (taken != used.end() && *taken == index) {
      ++taken;
      continue;
    }
    queue += pool_.at(index).to_string() + '\n';
    ++found;
  }
  const std::string file = file_for(pool_.subnet().family());
  if (!directory_.replace_file(file, header() + queue)) return false;
  auto fd = directory_.open_file(file, O_RDWR);
  if (!fd) return false;
  fd_ = *std::move(fd);
  return found > 0 || fresh_ < pool_.size();
}

void FreeList::released(const Directory& directory, const IpAddress& address) {
  const auto fd = directory.open_file(file_for(address.family()), O_WRONLY | O_APPEND);
  if (!fd) return;  // the first reload() finds it
  const std::string line = address.to_string() + '\n';
  [[maybe_unused]] const ssize_t written = ::write(fd->get(), line.data(), line.size());
}

}  // namespace weft
