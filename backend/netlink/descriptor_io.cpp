#include "backend/netlink/descriptor_io.h"

#include <algorithm>
#include <cerrno>

#include <linux/netlink.h>
#include <sys/socket.h>

namespace weft::netlink {

namespace {

constexpr int kReceiveBuffer = 1 << 20;  // of the socket: a batch whose every request fails fits many times
constexpr std::size_t kLargestDatagram = 1UL << 20;

// Each is an improvement that an older kernel may lack; all is correct without, so failure is no error.
void set_option(int fd, int level, int option, int value) {
  (void)::setsockopt(fd, level, option, &value, sizeof value);
}

void set_options(int fd) {
  set_option(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
  set_option(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
  set_option(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
  set_option(fd, SOL_SOCKET, SO_RCVBUF, kReceiveBuffer);       // limited by net.core.rmem_max
  set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBuffer);  // not limited, but needs CAP_NET_ADMIN
}

}  // namespace

Result<UniqueFd> open_bound(int protocol, std::uint32_t port) {
  UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!fd) return fail_errno("open a netlink socket", errno);
  set_options(fd.get());
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_pid = port;
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail_errno("bind a netlink socket", errno);
  }
  return fd;
}

Result<std::uint32_t> port_of(const UniqueFd& fd) {
  sockaddr_nl address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    return fail_errno("read the netlink socket's port id", errno);
  }
  return address.nl_pid;
}

Result<std::span<const std::byte>> receive_datagram(int fd, std::vector<std::byte>& buffer, int flags) {
  for (;;) {
    sockaddr_nl sender{};
    iovec part{.iov_base = buffer.data(), .iov_len = buffer.size()};
    msghdr message{};
    message.msg_name = &sender;
    message.msg_namelen = sizeof sender;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    // MSG_TRUNC as a flag: the result is the datagram's whole length.
    const ssize_t length = ::recvmsg(fd, &message, flags | MSG_TRUNC);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return fail_errno("receive from the kernel", errno);
    if (sender.nl_pid != 0) continue;
    const auto size = static_cast<std::size_t>(length);
    if ((message.msg_flags & MSG_TRUNC) != 0) {
      buffer.resize(std::min(std::max(size, buffer.size()), kLargestDatagram));
      return fail_errno("receive from the kernel", EMSGSIZE);
    }
    return std::span<const std::byte>(buffer.data(), size);
  }
}

}  // namespace weft::netlink
