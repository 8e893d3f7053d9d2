#include "subnet/small_file.h"

#include "subnet/unique_fd.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace weft {

Result<std::string> read_small_file(const std::string& path, std::size_t limit) {
  // NONBLOCK: opening a FIFO by mistake must not hang.
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return fail_errno("read " + path, errno);
  std::string text;
  char buffer[16 * 1024];
  while (true) {
    const ssize_t size = ::read(file.get(), buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail_errno("read " + path, errno);
    if (size == 0) return text;
    text.append(buffer, static_cast<std::size_t>(size));
    if (text.size() > limit) return fail("read {}: longer than {} bytes", path, limit);
  }
}

}  // namespace weft
