// What the node itself looks like: input of every pure calculation, read in one go from the kernel.
#pragma once

#include "subnet/ip_prefix.h"
#include "subnet/mac_address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft {

struct Interface {
  std::string name;
  std::uint32_t mtu = 0;
  bool up = false;
  bool loopback = false;
  // Set for VXLAN devices, any owner: two devices cannot share VNI and port.
  std::optional<std::uint32_t> vni;
  std::uint16_t vxlan_port = 0;

  friend bool operator==(const Interface&, const Interface&) = default;
};

struct InterfaceAddress {
  std::string link;
  IpAddress address;
  unsigned length = 0;
  bool dynamic = false;    // not IFA_F_PERMANENT
  bool temporary = false;  // RFC 8981 privacy address
  bool deprecated = false;

  friend bool operator==(const InterfaceAddress&, const InterfaceAddress&) = default;
};

struct DefaultRoute {
  Family family = Family::v4;
  std::string link;
  std::optional<IpAddress> gateway;
  std::uint32_t metric = 0;

  friend bool operator==(const DefaultRoute&, const DefaultRoute&) = default;
};

struct NodeFacts {
  std::vector<Interface> interfaces;         // sorted by name
  std::vector<InterfaceAddress> addresses;   // in the kernel's order: primary first
  std::vector<DefaultRoute> default_routes;  // lowest metric first; multipath: one entry a next hop

  friend bool operator==(const NodeFacts&, const NodeFacts&) = default;
};

// The device and addresses that carry the tunnel; uplink.h chooses it from NodeFacts.
struct Uplink {
  std::string link;
  std::uint32_t mtu = 0;
  std::optional<IpAddress> local4;  // addresses of the device: outer source
  std::optional<IpAddress> local6;
  std::optional<IpAddress> public4;  // what peers send to; differs from local behind NAT
  std::optional<IpAddress> public6;

  friend bool operator==(const Uplink&, const Uplink&) = default;
};

}  // namespace weft
