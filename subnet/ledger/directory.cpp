#include "subnet/ledger/directory.h"

#include <cerrno>
#include <cstdio>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace weft {

namespace {

// Where a file is written before it gets its name. One name is enough, and what a killed process left there is
// overwritten by the next: writers hold the lock.
constexpr const char* kUnfinished = "unfinished";
constexpr std::size_t kFirstRead = 2048;
constexpr mode_t kOwnerOnly = 0700;
constexpr mode_t kOwnerReadWrite = 0600;

Result<> make_directories(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), kOwnerOnly) != 0 && errno != EEXIST) return fail_errno("mkdir " + part, errno);
    if (end == std::string::npos) return {};
  }
}

Result<> write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno("write", errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Directory::Lock::~Lock() {
  if (fd_ >= 0) ::flock(fd_, LOCK_UN);
}

Result<Directory> Directory::open(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return fail_errno("open " + path, errno);
  return Directory(std::move(fd), path);
}

Result<Directory> Directory::create(const std::string& path, std::initializer_list<const char*> children) {
  for (const char* child : children) {
    if (const auto made = make_directories(path + '/' + child); !made) return std::unexpected(made.error());
  }
  return open(path);
}

Result<Directory::Lock> Directory::lock() const {
  if (::flock(fd_.get(), LOCK_EX) != 0) return fail_errno("lock " + path_, errno);
  return Lock(fd_.get());
}

Result<Directory::Lock> Directory::try_lock() const {
  if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) return fail_errno("lock " + path_, errno);
  return Lock(fd_.get());
}

Result<> Directory::create_file(const std::string& name, std::string_view content) const {
  return write_file(name, content, RENAME_NOREPLACE);
}

Result<> Directory::replace_file(const std::string& name, std::string_view content) const {
  return write_file(name, content, 0);
}

Result<> Directory::write_file(const std::string& name, std::string_view content, unsigned rename_flags) const {
  UniqueFd fd(::openat(fd_.get(), kUnfinished, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, kOwnerReadWrite));
  if (!fd) return failed("create", kUnfinished);
  const auto written = write_all(fd.get(), content);
  if (!written) return fail_with(path_ + '/' + name, written.error());
  if (::renameat2(fd_.get(), kUnfinished, fd_.get(), name.c_str(), rename_flags) != 0) return failed("create", name);
  return {};
}

Result<UniqueFd> Directory::open_file(const std::string& name, int flags) const {
  UniqueFd fd(::openat(fd_.get(), name.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return failed("open", name);
  return fd;
}

Result<> Directory::link(const std::string& name, const std::string& second) const {
  if (::linkat(fd_.get(), name.c_str(), fd_.get(), second.c_str(), 0) != 0) return failed("create", second);
  return {};
}

Result<> Directory::remove(const std::string& name) const {
  if (::unlinkat(fd_.get(), name.c_str(), 0) != 0 && errno != ENOENT) return failed("remove", name);
  return {};
}

bool Directory::exists(const std::string& name) const {
  // A name that cannot be looked at must not be given out a second time.
  struct stat status{};
  return ::fstatat(fd_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
}

Result<std::string> Directory::read(const std::string& name, std::size_t limit) const {
  const auto fd = open_file(name, O_RDONLY);
  if (!fd) return std::unexpected(fd.error());
  // Files are small and `limit` is large: grows with what is there.
  std::string content(kFirstRead, '\0');
  std::size_t size = 0;
  while (size <= limit) {
    if (size == content.size()) content.resize(2 * size);
    const ssize_t got = ::read(fd->get(), content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read", name);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > limit) return fail_errno(path_ + '/' + name, EFBIG);
  content.resize(size);
  return content;
}

Result<std::optional<ino_t>> Directory::inode(const std::string& name) const {
  struct stat status{};
  if (::fstatat(fd_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return status.st_ino;
  if (errno == ENOENT) return std::nullopt;
  return failed("look at", name);
}

Result<bool> Directory::same_file(const std::string& name, const std::string& second) const {
  const auto one = inode(name);
  if (!one) return std::unexpected(one.error());
  const auto other = inode(second);
  if (!other) return std::unexpected(other.error());
  return *one && *one == *other;
}

Result<std::vector<Directory::Name>> Directory::names(const std::string& child) const {
  const int fd = ::openat(fd_.get(), child.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return failed("open", child);
  const auto close_stream = [](DIR* stream) { ::closedir(stream); };
  const std::unique_ptr<DIR, decltype(close_stream)> stream(::fdopendir(fd), close_stream);
  std::vector<Name> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.push_back({std::string(name), entry->d_ino});
  }
  return names;
}

std::unexpected<Error> Directory::failed(std::string_view action, const std::string& name) const {
  const int code = errno;
  return fail_errno(fmt::format("{} {}/{}", action, path_, name), code);
}

}  // namespace weft
