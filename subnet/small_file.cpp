#include "subnet/small_file.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace weft {
namespace {

struct OpenFile {
  int fd;
  explicit OpenFile(int opened) : fd(opened) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd >= 0) close(fd);
  }
};

}  // namespace

Result<std::string> read_small_file(const std::string& path, std::size_t limit) {
  // NONBLOCK: opening a FIFO by mistake must not hang.
  const OpenFile file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.fd < 0) return fail_errno("read " + path, errno);
  std::string text;
  char buffer[16 * 1024];
  while (true) {
    const ssize_t size = read(file.fd, buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail_errno("read " + path, errno);
    if (size == 0) return text;
    text.append(buffer, static_cast<std::size_t>(size));
    if (text.size() > limit) return fail("read {}: longer than {} bytes", path, limit);
  }
}

}  // namespace weft
