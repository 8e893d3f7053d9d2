// What one pod interface looks like: names, hardware addresses, sizes, addresses.
//
// A plain value. Everything but the addresses follows from the container id and the interface's name, so that DEL
// finds the link with nothing but those, whatever became of the pod and of the ledger.
#pragma once

#include "cni-plugin/bandwidth.h"
#include "subnet/ip_prefix.h"
#include "subnet/ledger/attachment.h"
#include "subnet/mac_address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft::cni {

struct PodAddress {
  IpAddress address;
  unsigned length = 0;  // of the subnet as the pod sees it
  IpAddress gateway;

  // The gateway is outside the pod's subnet, and nobody's address: the host's end of the link answers for it.
  [[nodiscard]] bool routed() const { return !IpPrefix::containing(address, length).contains(gateway); }
};

// The bridge that the host's end is a port of.
struct PodBridge {
  int index = 0;
  std::string name;
  MacAddress mac;
  bool isolated = false;  // the port reaches the bridge, but no other isolated port
};

struct PodLink {
  std::string host_name;
  std::string pod_name;
  // Set, never left to the kernel: the other side's neighbour entries are permanent, and udev's MACAddressPolicy
  // changes addresses that the kernel has chosen.
  MacAddress host_mac;
  MacAddress pod_mac;
  std::uint32_t mtu = 0;
  std::uint32_t ipv6_mtu = 0;  // of routes; 0: the link's
  std::vector<PodAddress> addresses;
  std::optional<PodBridge> bridge;  // nullopt: the host routes to the pod
  Bandwidth bandwidth;
};

// Names and hardware addresses; the rest is left empty.
[[nodiscard]] PodLink pod_link_of(const AttachmentKey& key);
[[nodiscard]] bool has_family(const PodLink& link, Family family);

}  // namespace weft::cni
