// Kernel objects as plain values.
//
// Links are known by name here and by interface index only below the Kernel port. Each type has two notions of
// sameness, and they have names: same_slot() is what the kernel treats as one entry (a second request replaces
// the first), operator== is whether every attribute Weft cares about is equal.
#pragma once

#include "subnet/ip_prefix.h"
#include "subnet/mac_address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace weft {

// Attributes of a VXLAN device that the kernel cannot change in place: a difference means delete and create.
struct VxlanParams {
  std::uint32_t vni = 0;
  std::uint16_t port = 0;  // UDP destination port, host order
  std::string uplink;      // the underlying device; its name even when its index has changed
  IpAddress local;         // outer source address; its family is the underlay's
  bool learning = false;

  friend auto operator<=>(const VxlanParams&, const VxlanParams&) = default;
};

struct Link {
  std::string name;
  std::optional<VxlanParams> vxlan;  // nullopt: a device of another kind with this name
  MacAddress mac;
  std::uint32_t mtu = 0;  // bytes
  bool up = false;        // IFF_UP, not the carrier

  friend auto operator<=>(const Link&, const Link&) = default;
};

struct LinkAddress {
  std::string link;
  IpAddress address;
  unsigned length = 0;  // prefix length; Weft's own are /32 and /128

  friend auto operator<=>(const LinkAddress&, const LinkAddress&) = default;
};

// ARP or NDP entry, always NUD_PERMANENT: which MAC the inner frame gets.
struct Neighbour {
  std::string link;
  IpAddress address;
  MacAddress mac;

  friend auto operator<=>(const Neighbour&, const Neighbour&) = default;
};

// Entry of a VXLAN device's forwarding database, NTF_SELF and NUD_PERMANENT: which host gets the outer packet.
struct FdbEntry {
  std::string link;
  MacAddress mac;
  IpAddress remote;

  friend auto operator<=>(const FdbEntry&, const FdbEntry&) = default;
};

// An entry of the main table with Weft's protocol number (ownership.h).
struct Route {
  IpPrefix destination;
  std::uint32_t metric = 0;
  std::string link;
  std::optional<IpAddress> gateway;
  bool onlink = false;  // the gateway need not be reachable by another route

  friend auto operator<=>(const Route&, const Route&) = default;
};

using KernelObject = std::variant<Link, LinkAddress, Neighbour, FdbEntry, Route>;

[[nodiscard]] inline bool same_slot(const Link& a, const Link& b) { return a.name == b.name; }
[[nodiscard]] inline bool same_slot(const LinkAddress& a, const LinkAddress& b) { return a == b; }
[[nodiscard]] inline bool same_slot(const Neighbour& a, const Neighbour& b) {
  return a.link == b.link && a.address == b.address;
}
[[nodiscard]] inline bool same_slot(const FdbEntry& a, const FdbEntry& b) { return a.link == b.link && a.mac == b.mac; }
// net/ipv4/fib_trie.c and net/ipv6/ip6_fib.c: destination, (tos,) metric.
[[nodiscard]] inline bool same_slot(const Route& a, const Route& b) {
  return a.destination == b.destination && a.metric == b.metric;
}

// The text of iproute2 as far as it goes; one form for logs, golden files and `weftd debug`.
[[nodiscard]] std::string to_string(const Link& link);
[[nodiscard]] std::string to_string(const LinkAddress& address);
[[nodiscard]] std::string to_string(const Neighbour& neighbour);
[[nodiscard]] std::string to_string(const FdbEntry& entry);
[[nodiscard]] std::string to_string(const Route& route);
[[nodiscard]] std::string to_string(const KernelObject& object);

}  // namespace weft
