#include "test/support/udp_probe.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

namespace weft::test {

namespace {

sockaddr_storage socket_address(const Endpoint& endpoint) {
  sockaddr_storage storage{};
  const auto bytes = endpoint.address.bytes();
  if (endpoint.address.is_v4()) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    std::memcpy(&v4.sin_addr, bytes.data(), bytes.size());
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    std::memcpy(&v6.sin6_addr, bytes.data(), bytes.size());
  }
  return storage;
}

Endpoint endpoint_of(const sockaddr_storage& storage) {
  if (storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    return {IpAddress::from_v4(ntohl(v4.sin_addr.s_addr)), ntohs(v4.sin_port)};
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
  return {IpAddress::from_bytes(v6.sin6_addr.s6_addr), ntohs(v6.sin6_port)};
}

}  // namespace

UniqueFd udp_socket(const Endpoint& endpoint) {
  UniqueFd fd(::socket(endpoint.address.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto address = socket_address(endpoint);
  if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    throw std::system_error(errno, std::generic_category(), endpoint.address.to_string());
  return fd;
}

void udp_send(const UniqueFd& fd, const Endpoint& target) {
  const auto address = socket_address(target);
  if (::sendto(fd.get(), "x", 1, 0, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 1)
    throw std::system_error(errno, std::generic_category(), "send to " + target.address.to_string());
}

std::optional<Endpoint> udp_receive(const UniqueFd& fd) {
  pollfd ready{.fd = fd.get(), .events = POLLIN, .revents = 0};
  if (::poll(&ready, 1, 2000) != 1) return std::nullopt;
  char byte = 0;
  sockaddr_storage sender{};
  socklen_t length = sizeof(sender);
  if (::recvfrom(fd.get(), &byte, 1, 0, reinterpret_cast<sockaddr*>(&sender), &length) != 1) return std::nullopt;
  return endpoint_of(sender);
}

}  // namespace weft::test
