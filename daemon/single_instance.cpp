#include "daemon/single_instance.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>

namespace weft {
namespace {

struct AbstractAddress {
  explicit AbstractAddress(std::string_view name) {
    address.sun_family = AF_UNIX;
    // sun_path[0] stays 0: that is what makes it abstract (unix(7)).
    const std::size_t length = std::min(name.size(), sizeof(address.sun_path) - 1);
    std::memcpy(address.sun_path + 1, name.data(), length);
    size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length);
  }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }

  sockaddr_un address{};
  socklen_t size = 0;
};

UniqueFd open_socket(int flags) { return UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0)); }

// The credentials that listen(2) recorded for whoever holds the name.
Result<pid_t> holder_of(const AbstractAddress& address) {
  const UniqueFd peer = open_socket(SOCK_NONBLOCK);
  if (!peer) return fail_errno("open a unix socket", errno);
  ucred credentials{};
  socklen_t size = sizeof(credentials);
  if (::connect(peer.get(), address.get(), address.size) == 0) {
    ::getsockopt(peer.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size);
  }
  return credentials.pid;
}

}  // namespace

Result<std::variant<SingleInstance, SingleInstance::Holder>> SingleInstance::acquire(std::string_view name) {
  const AbstractAddress address(name);
  UniqueFd fd = open_socket(0);
  if (!fd) return fail_errno("open a unix socket", errno);
  if (::bind(fd.get(), address.get(), address.size) != 0) {
    if (errno != EADDRINUSE) return fail_errno("bind the instance lock", errno);
    auto pid = holder_of(address);
    if (!pid) return std::unexpected(pid.error());
    return Holder{*pid};
  }
  // A short backlog is enough: nobody ever accepts, and a refused newcomer closes at once.
  if (::listen(fd.get(), 16) != 0) return fail_errno("listen on the instance lock", errno);
  return std::variant<SingleInstance, Holder>(SingleInstance(std::move(fd)));
}

}  // namespace weft
