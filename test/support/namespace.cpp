#include "test/support/namespace.h"

#include "subnet/unique_fd.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace weft::test {

namespace {

[[noreturn]] void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

void write_file(const char* path, std::string_view text) {
  const UniqueFd fd(::open(path, O_WRONLY | O_CLOEXEC));
  if (!fd || ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw_errno(path);
  }
}

// Inside we are root; user_namespaces(7) wants setgroups denied before an ordinary user may write gid_map.
void map_root_to(uid_t user, gid_t group) {
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", "0 " + std::to_string(user) + " 1");
  write_file("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
}

void loopback_up() {
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", sizeof "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (!fd || ::ioctl(fd.get(), SIOCSIFFLAGS, &request) != 0) throw_errno("set lo up");
}

}  // namespace

void enter_private_namespace() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) == 0) {
    map_root_to(user, group);
  } else if (user != 0 || ::unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) {
    throw_errno("unshare: kernel tests need user namespaces, or root");
  }
  loopback_up();
}

void new_network() {
  if (::unshare(CLONE_NEWNET) != 0) throw_errno("unshare a network namespace");
  loopback_up();
}

}  // namespace weft::test
