#include "subnet/ledger/boot_id.h"

#include "subnet/unique_fd.h"

#include <array>
#include <cerrno>
#include <ctime>

#include <fcntl.h>

namespace weft {

Result<std::string> current_boot_id() {
  constexpr const char* kPath = "/proc/sys/kernel/random/boot_id";
  constexpr std::size_t kLength = 36;  // a UUID
  const UniqueFd fd(::open(kPath, O_RDONLY | O_CLOEXEC));
  if (!fd) return fail_errno(kPath, errno);
  std::array<char, kLength> buffer{};
  const ssize_t size = ::read(fd.get(), buffer.data(), buffer.size());
  if (size < 0) return fail_errno(kPath, errno);
  if (static_cast<std::size_t>(size) != buffer.size()) return fail("{}: shorter than {} bytes", kPath, kLength);
  return std::string(buffer.data(), buffer.size());
}

std::chrono::milliseconds time_since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  const auto since = std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  return std::chrono::duration_cast<std::chrono::milliseconds>(since);
}

}  // namespace weft
