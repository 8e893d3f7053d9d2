// A port of the node that leads to a pod (Kubernetes: hostPort).
//
// A plain value, any thread. Text form, as the ledger has it: "tcp 8080 80", "udp 53 53 192.0.2.1".
#pragma once

#include "subnet/ip_address.h"
#include "subnet/result.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

// By their numbers in IP headers.
enum class Transport : std::uint8_t { tcp = 6, udp = 17, sctp = 132 };

[[nodiscard]] std::string_view to_string(Transport transport);  // "tcp"
// Any case; nullopt for other protocols.
[[nodiscard]] std::optional<Transport> parse_transport(std::string_view text);

struct PortMapping {
  Transport transport = Transport::tcp;
  std::uint16_t host_port = 0;  // not 0, nor the next
  std::uint16_t pod_port = 0;
  // The node's address at which the port is open. nullopt: all of both families; 0.0.0.0 and ::, all of theirs.
  std::optional<IpAddress> host_address;

  // Whether it is open at addresses of this family; and at which, if not at all of them (null).
  [[nodiscard]] bool covers(Family family) const;
  [[nodiscard]] const IpAddress* only_address() const;
  [[nodiscard]] bool is_for_all_addresses() const { return only_address() == nullptr; }

  friend auto operator<=>(const PortMapping&, const PortMapping&) = default;
};

[[nodiscard]] std::string to_string(const PortMapping& mapping);
[[nodiscard]] Result<PortMapping> parse_port_mapping(std::string_view text);

}  // namespace weft
