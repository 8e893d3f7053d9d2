#include "subnet/file_writer.h"

#include "subnet/small_file.h"
#include "subnet/temporary_file.h"
#include "subnet/unique_fd.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weft {
namespace {

std::string_view remedy(int code) {
  switch (code) {
    case EROFS:
      return " (mount it writable, or choose another directory)";
    case ENOSPC:
    case EDQUOT:
      return " (free some space; the old file is still in place)";
    case EACCES:
      return " (run as a user who may write there)";
    case ENOENT:
      return " (create the directory)";
    default:
      return "";
  }
}

std::unexpected<Error> failed(std::string_view what, const std::filesystem::path& path, int code) {
  auto error = fail_errno(fmt::format("{} {}", what, path.string()), code).error();
  error.message += remedy(code);
  return std::unexpected(std::move(error));
}

std::filesystem::path directory_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

bool has_mode(const std::filesystem::path& path, mode_t mode) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & 07777U) == mode;
}

// So that the rename itself survives a power cut; a file system that cannot do it (EINVAL) has no such promise.
void sync_directory(const std::filesystem::path& directory) {
  const UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd) (void)::fsync(fd.get());
}

}  // namespace

Result<> write_file(const std::filesystem::path& path, std::string_view content, mode_t mode) {
  TemporaryFile::sweep(path);
  auto temporary = TemporaryFile::beside(path);
  if (!temporary) return failed("write", path, temporary.error());
  if (const int code = temporary->fill(content, mode)) return failed("write", path, code);
  if (const int code = temporary->rename_to(path)) return failed("write", path, code);
  sync_directory(directory_of(path));
  return {};
}

Result<bool> write_file_if_changed(const std::filesystem::path& path, std::string_view content, mode_t mode) {
  if (const auto old = read_file(path, content.size()); old && *old == content && has_mode(path, mode)) {
    TemporaryFile::sweep(path);
    return false;
  }
  if (const auto written = write_file(path, content, mode); !written) return std::unexpected(written.error());
  return true;
}

Result<std::optional<std::string>> read_file(const std::filesystem::path& path, std::size_t limit) {
  auto content = read_small_file(path.string(), limit);
  if (content) return std::move(*content);
  if (content.error().code == ENOENT) return std::nullopt;
  content.error().message += remedy(content.error().code);
  return std::unexpected(std::move(content.error()));
}

Result<bool> remove_file(const std::filesystem::path& path) {
  TemporaryFile::sweep(path);
  if (::unlink(path.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  return failed("remove", path, errno);
}

}  // namespace weft
