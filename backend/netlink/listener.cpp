#include "backend/netlink/listener.h"

#include "backend/netlink/descriptor_io.h"

#include <cerrno>

#include <linux/filter.h>
#include <linux/netlink.h>
#include <sys/socket.h>

namespace weft::netlink {

Listener::Listener(UniqueFd fd) : fd_(std::move(fd)), buffer_(kDatagramSize) {}

Result<Listener> Listener::open(int protocol, std::span<const int> groups, std::span<const sock_filter> filter) {
  auto fd = open_bound(protocol, 0);
  if (!fd) return std::unexpected(fd.error());
  Listener listener(*std::move(fd));
  if (!filter.empty()) {
    if (const auto set = listener.set_filter(filter); !set) return std::unexpected(set.error());
  }
  for (const int group : groups) {
    if (::setsockopt(listener.fd(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) != 0) {
      return fail_errno(fmt::format("join netlink group {}", group), errno);
    }
  }
  return listener;
}

Result<> Listener::set_filter(std::span<const sock_filter> filter) {
  // The kernel only reads the program.
  const sock_fprog program{.len = static_cast<unsigned short>(filter.size()),
                           .filter = const_cast<sock_filter*>(filter.data())};
  if (::setsockopt(fd_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0) {
    return fail_errno("attach a netlink filter", errno);
  }
  return {};
}

Result<std::optional<std::span<const std::byte>>> Listener::next() {
  const auto datagram = receive_datagram(fd_.get(), buffer_, MSG_DONTWAIT);
  if (datagram) return *datagram;
  if (datagram.error().code == EAGAIN) return std::nullopt;
  return std::unexpected(datagram.error());
}

}  // namespace weft::netlink
