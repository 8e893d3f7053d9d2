#include "backend/netlink/socket.h"

#include "backend/netlink/descriptor_io.h"

#include <cerrno>

#include <sys/socket.h>
#include <sys/time.h>

namespace weft::netlink {

namespace {

constexpr timeval kAnswerDeadline{.tv_sec = 5, .tv_usec = 0};

Result<UniqueFd> open_with_deadline(int protocol, std::uint32_t port) {
  auto fd = open_bound(protocol, port);
  if (!fd) return fd;
  if (::setsockopt(fd->get(), SOL_SOCKET, SO_RCVTIMEO, &kAnswerDeadline, sizeof kAnswerDeadline) != 0) {
    return fail_errno("set the netlink socket's deadline", errno);
  }
  return fd;
}

}  // namespace

Socket::Socket(int protocol, UniqueFd fd, std::uint32_t port)
    : protocol_(protocol), fd_(std::move(fd)), port_(port), buffer_(kDatagramSize) {}

Result<Socket> Socket::open(int protocol) {
  auto fd = open_with_deadline(protocol, 0);
  if (!fd) return std::unexpected(fd.error());
  const auto port = port_of(*fd);
  if (!port) return std::unexpected(port.error());
  return Socket(protocol, *std::move(fd), *port);
}

Result<> Socket::reopen() {
  fd_.reset();  // first, or the port is still taken
  auto fd = open_with_deadline(protocol_, port_);
  if (!fd) return std::unexpected(fd.error());
  fd_ = *std::move(fd);
  return {};
}

Result<> Socket::send(std::span<const std::byte> bytes) {
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  ssize_t sent = 0;
  do {
    sent =
        ::sendto(fd_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return fail_errno("send to the kernel", errno);
  return {};
}

Result<std::span<const std::byte>> Socket::receive() {
  auto datagram = receive_datagram(fd_.get(), buffer_, 0);
  if (!datagram && datagram.error().code == EAGAIN) return fail_errno("receive from the kernel", ETIMEDOUT);
  return datagram;
}

}  // namespace weft::netlink
