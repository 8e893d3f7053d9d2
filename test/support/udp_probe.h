// Single UDP packets, to see how they arrive: who has sent them, as the receiver is told.
//
// Sockets belong to the network namespace in which they are made. Functions throw std::system_error.
#pragma once

#include "subnet/ip_address.h"
#include "subnet/unique_fd.h"

#include <cstdint>
#include <optional>

namespace weft::test {

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
};

[[nodiscard]] UniqueFd udp_socket(const Endpoint& local);
void udp_send(const UniqueFd& fd, const Endpoint& target);
// The sender; nullopt when nothing arrives within two seconds.
[[nodiscard]] std::optional<Endpoint> udp_receive(const UniqueFd& fd);

}  // namespace weft::test
