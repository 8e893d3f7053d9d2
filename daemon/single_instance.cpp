#include "daemon/single_instance.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

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

// The credentials that listen(2) recorded for whoever holds the name.
Result<pid_t> holder_of(const AbstractAddress& address) {
  const int peer = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (peer < 0) return fail_errno("open a unix socket", errno);
  ucred credentials{};
  socklen_t size = sizeof(credentials);
  if (::connect(peer, address.get(), address.size) == 0) {
    ::getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &credentials, &size);
  }
  ::close(peer);
  return credentials.pid;
}

}  // namespace

Result<std::variant<SingleInstance, SingleInstance::Holder>> SingleInstance::acquire(std::string_view name) {
  const AbstractAddress address(name);
  SingleInstance instance(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (instance.descriptor_ < 0) return fail_errno("open a unix socket", errno);
  if (::bind(instance.descriptor_, address.get(), address.size) != 0) {
    if (errno != EADDRINUSE) return fail_errno("bind the instance lock", errno);
    auto pid = holder_of(address);
    if (!pid) return std::unexpected(pid.error());
    return Holder{*pid};
  }
  // A short backlog is enough: nobody ever accepts, and a refused newcomer closes at once.
  if (::listen(instance.descriptor_, 16) != 0) return fail_errno("listen on the instance lock", errno);
  return std::variant<SingleInstance, Holder>(std::move(instance));
}

SingleInstance::~SingleInstance() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

SingleInstance::SingleInstance(SingleInstance&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

SingleInstance& SingleInstance::operator=(SingleInstance&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

}  // namespace weft
