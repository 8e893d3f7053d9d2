#include "subnet/temporary_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weft {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRandom = "XXXXXX";
constexpr int kMaxTries = 16;

fs::path directory_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : "."; }

std::string prefix_of(const fs::path& path) { return fmt::format(".{}.tmp-", path.filename().string()); }

void remove_unless_locked(const fs::path& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(path.c_str());
}

}  // namespace

std::expected<TemporaryFile, int> TemporaryFile::beside(const fs::path& path) {
  for (int tries = 1;; ++tries) {
    std::string name = (directory_of(path) / (prefix_of(path) + std::string(kRandom))).string();
    UniqueFd fd(::mkostemp(name.data(), O_CLOEXEC));
    if (!fd) return std::unexpected(errno);
    TemporaryFile made(std::move(fd), std::move(name));
    if (made.is_ours() || tries == kMaxTries) return made;
  }
}

// Takes the lock. False where a sweeper came between the making and the locking, and has the file or removed it.
// A file system without locks is no reason not to write: nobody sweeps there.
bool TemporaryFile::is_ours() const {
  if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) return errno != EWOULDBLOCK;
  struct stat status{};
  return ::fstat(fd_.get(), &status) == 0 && status.st_nlink > 0;
}

TemporaryFile::~TemporaryFile() {
  if (!name_.empty()) ::unlink(name_.c_str());
}

void TemporaryFile::sweep(const fs::path& path) {
  const auto prefix = prefix_of(path);
  std::error_code error;
  for (fs::directory_iterator entry(directory_of(path), error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (name.size() == prefix.size() + kRandom.size() && name.starts_with(prefix)) remove_unless_locked(entry->path());
  }
}

int TemporaryFile::fill(std::string_view content, mode_t mode) const {
  while (!content.empty()) {
    const ssize_t written = ::write(fd_.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fchmod(fd_.get(), mode) == 0 && ::fsync(fd_.get()) == 0 ? 0 : errno;
}

int TemporaryFile::rename_to(const fs::path& path) {
  if (::rename(name_.c_str(), path.c_str()) != 0) return errno;
  name_.clear();
  return 0;
}

}  // namespace weft
