#include "test/support/cni/udp.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace weft::test {

namespace {

constexpr int kAnswerMilliseconds = 2000;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress socket_address(const IpAddress& address, std::uint16_t port) {
  SocketAddress result;
  if (address.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, address.bytes().data(), sizeof v4.sin_addr);
    std::memcpy(&result.storage, &v4, sizeof v4);
    result.size = sizeof v4;
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, address.bytes().data(), sizeof v6.sin6_addr);
    std::memcpy(&result.storage, &v6, sizeof v6);
    result.size = sizeof v6;
  }
  return result;
}

std::uint16_t port_of(int fd) {
  SocketAddress bound;
  bound.size = sizeof bound.storage;
  ::getsockname(fd, bound.get(), &bound.size);
  sockaddr_in either{};  // the port is at the same place in both
  std::memcpy(&either, &bound.storage, sizeof either);
  return ntohs(either.sin_port);
}

void check(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

UdpEnd::UdpEnd(const IpAddress& address)
    : address_(address), fd_(::socket(address.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)), port_(0) {
  check(fd_.get(), "socket");
  const int dont_fragment = IP_PMTUDISC_DO;  // IPV6_PMTUDISC_DO is the same
  static_assert(IP_PMTUDISC_DO == IPV6_PMTUDISC_DO);
  check(address.is_v4()
            ? ::setsockopt(fd_.get(), IPPROTO_IP, IP_MTU_DISCOVER, &dont_fragment, sizeof dont_fragment)
            : ::setsockopt(fd_.get(), IPPROTO_IPV6, IPV6_MTU_DISCOVER, &dont_fragment, sizeof dont_fragment),
        "setsockopt");
  const SocketAddress own = socket_address(address, 0);
  check(::bind(fd_.get(), own.get(), own.size), "bind");
  port_ = port_of(fd_.get());
}

bool UdpEnd::exchange(UdpEnd& other, std::size_t size) {
  return send(other, size) && other.receive(size) && other.send(*this, size) && receive(size);
}

bool UdpEnd::send(const UdpEnd& other, std::size_t size) {
  const std::vector<char> payload(size, 'w');
  const SocketAddress target = socket_address(other.address_, other.port_);
  if (::sendto(fd_.get(), payload.data(), size, 0, target.get(), target.size) == static_cast<ssize_t>(size)) {
    return true;
  }
  error_ = errno;
  return false;
}

bool UdpEnd::receive(std::size_t size) {
  pollfd poll{.fd = fd_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&poll, 1, kAnswerMilliseconds) != 1) {
    error_ = ETIMEDOUT;
    return false;
  }
  std::vector<char> payload(size + 1);
  const ssize_t got = ::recv(fd_.get(), payload.data(), payload.size(), 0);
  if (got < 0) error_ = errno;
  return got == static_cast<ssize_t>(size);
}

}  // namespace weft::test
