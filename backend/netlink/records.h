// rtnetlink's objects as values, links by index: what a message says, no more.
//
// Plain values, any thread. parse() gives nullopt for a message of another kind, of a family other than IPv4 and
// IPv6, or too short: such messages are somebody else's and are skipped. Unknown attributes are ignored.
// Layouts: linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h, linux/neighbour.h.
#pragma once

#include "backend/netlink/message_view.h"
#include "subnet/ip_prefix.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft::netlink {

struct VxlanRecord {
  std::uint32_t vni = 0;
  std::uint16_t port = 0;  // host order
  int lower = 0;           // index of the underlying device; 0: none
  std::optional<IpAddress> local = std::nullopt;
  std::optional<IpAddress> remote = std::nullopt;
  bool learning = false;

  friend bool operator==(const VxlanRecord&, const VxlanRecord&) = default;
};

// RTM_NEWLINK, RTM_DELLINK
struct LinkRecord {
  int index = 0;
  std::string name = {};
  std::string kind = {};    // "vxlan", "veth", …; empty for hardware and loopback
  std::uint32_t flags = 0;  // IFF_UP, IFF_LOOPBACK …
  std::uint32_t mtu = 0;
  MacAddress mac = {};   // all zero where the device has none of six bytes
  int master = 0;        // index of the bridge, bond … it is a port of; 0: none
  bool hairpin = false;  // of a bridge's port
  std::optional<VxlanRecord> vxlan = std::nullopt;

  friend bool operator==(const LinkRecord&, const LinkRecord&) = default;
};

// RTM_NEWADDR, RTM_DELADDR
struct AddressRecord {
  int link = 0;
  IpAddress address = {};
  unsigned length = 0;
  std::uint32_t flags = 0;    // IFA_F_…
  std::uint8_t scope = 0;     // RT_SCOPE_…
  std::uint8_t protocol = 0;  // IFAPROT_…, who put it there; kernels before 5.18 do not keep it

  friend bool operator==(const AddressRecord&, const AddressRecord&) = default;
};

// RTM_NEWNEIGH, RTM_DELNEIGH of IPv4 and IPv6
struct NeighbourRecord {
  int link = 0;
  IpAddress address = {};
  MacAddress mac = {};      // all zero where unresolved
  std::uint16_t state = 0;  // NUD_…
  std::uint8_t flags = 0;   // NTF_…

  friend bool operator==(const NeighbourRecord&, const NeighbourRecord&) = default;
};

// RTM_NEWNEIGH, RTM_DELNEIGH of AF_BRIDGE
struct FdbRecord {
  int link = 0;
  MacAddress mac = {};
  std::optional<IpAddress> remote = std::nullopt;
  std::uint16_t state = 0;
  std::uint8_t flags = 0;
  bool special = false;  // a port, VNI or device of its own, not the VXLAN device's; parse only

  friend bool operator==(const FdbRecord&, const FdbRecord&) = default;
};

struct RouteHop {
  int link = 0;  // 0: none, as in a blackhole
  std::optional<IpAddress> gateway = std::nullopt;
  bool onlink = false;

  friend bool operator==(const RouteHop&, const RouteHop&) = default;
};

// RTM_NEWROUTE, RTM_DELROUTE
struct RouteRecord {
  IpPrefix destination = {};
  std::uint32_t table = 0;
  std::uint8_t protocol = 0;
  std::uint8_t scope = 0;
  std::uint8_t type = 0;  // RTN_…
  std::uint8_t tos = 0;
  std::uint32_t metric = 0;
  RouteHop hop = {};                               // the first one
  std::vector<RouteHop> other_hops = {};           // of a multipath route
  std::optional<IpAddress> source = std::nullopt;  // RTA_PREFSRC
  std::uint32_t mtu = 0;                           // RTAX_MTU; 0: none

  friend bool operator==(const RouteRecord&, const RouteRecord&) = default;
};

[[nodiscard]] std::optional<LinkRecord> parse_link(MessageView view);
[[nodiscard]] std::optional<AddressRecord> parse_address(MessageView view);
[[nodiscard]] std::optional<NeighbourRecord> parse_neighbour(MessageView view);
[[nodiscard]] std::optional<FdbRecord> parse_fdb(MessageView view);
[[nodiscard]] std::optional<RouteRecord> parse_route(MessageView view);

}  // namespace weft::netlink
