#include "backend/netlink/socket.h"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>
#include <sys/time.h>

namespace weft::netlink {

namespace {

constexpr int kReceiveBuffer = 1 << 20;         // of the socket: a batch whose every request fails fits many times
constexpr std::size_t kDatagram = 64UL * 1024;  // dumps fill up to 32 KiB; smaller buffers cost restarts
constexpr std::size_t kLargestDatagram = 1UL << 20;
constexpr timeval kAnswerDeadline{.tv_sec = 5, .tv_usec = 0};

void set_option(int fd, int level, int option, int value) {
  // Each is an improvement that an older kernel may lack; all is correct without, so failure is no error.
  (void)::setsockopt(fd, level, option, &value, sizeof value);
}

void set_options(int fd) {
  set_option(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
  set_option(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
  set_option(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
  set_option(fd, SOL_SOCKET, SO_RCVBUF, kReceiveBuffer);       // limited by net.core.rmem_max
  set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBuffer);  // not limited, but needs CAP_NET_ADMIN
}

sockaddr_nl address_of(std::uint32_t port) {
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_pid = port;
  return address;
}

// `port` 0: the kernel chooses.
Result<Descriptor> open_bound(int protocol, std::uint32_t port) {
  Descriptor fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!fd.valid()) return fail_errno("open a netlink socket", errno);
  set_options(fd.get());
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kAnswerDeadline, sizeof kAnswerDeadline) != 0) {
    return fail_errno("set the netlink socket's deadline", errno);
  }
  const sockaddr_nl address = address_of(port);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail_errno("bind a netlink socket", errno);
  }
  return fd;
}

}  // namespace

Socket::Socket(int protocol, Descriptor fd, std::uint32_t port)
    : protocol_(protocol), fd_(std::move(fd)), port_(port), buffer_(kDatagram) {}

Result<Socket> Socket::open(int protocol) {
  auto fd = open_bound(protocol, 0);
  if (!fd) return std::unexpected(fd.error());
  sockaddr_nl address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd->get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    return fail_errno("read the netlink socket's port id", errno);
  }
  return Socket(protocol, *std::move(fd), address.nl_pid);
}

Result<> Socket::reopen() {
  fd_.reset();  // first, or the port is still taken
  auto fd = open_bound(protocol_, port_);
  if (!fd) return std::unexpected(fd.error());
  fd_ = *std::move(fd);
  return {};
}

Result<> Socket::send(std::span<const std::byte> bytes) {
  const sockaddr_nl kernel = address_of(0);
  ssize_t sent = 0;
  do {
    sent =
        ::sendto(fd_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return fail_errno("send to the kernel", errno);
  return {};
}

Result<std::span<const std::byte>> Socket::receive() {
  for (;;) {
    sockaddr_nl sender{};
    iovec part{.iov_base = buffer_.data(), .iov_len = buffer_.size()};
    msghdr message{};
    message.msg_name = &sender;
    message.msg_namelen = sizeof sender;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    // MSG_TRUNC as a flag: the result is the datagram's whole length.
    const ssize_t length = ::recvmsg(fd_.get(), &message, MSG_TRUNC);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return fail_errno("receive from the kernel", errno == EAGAIN ? ETIMEDOUT : errno);
    if (sender.nl_pid != 0) continue;  // any process may send to our port
    const auto size = static_cast<std::size_t>(length);
    if ((message.msg_flags & MSG_TRUNC) != 0) {
      buffer_.resize(std::min(std::max(size, buffer_.size()), kLargestDatagram));
      return fail_errno("receive from the kernel", EMSGSIZE);
    }
    return std::span<const std::byte>(buffer_.data(), size);
  }
}

}  // namespace weft::netlink
