// subnet.env: what the daemon tells the CNI plugin (and whoever reads Flannel's file) about this node.
//
// Flannel's keys, one KEY=value a line, WEFT_IPV6_MTU and WEFT_DEVICES. Pure text; file_writer.h writes it. The daemon
// writes the file when the node is ready to serve pods and removes it when the lease is lost.
#pragma once

#include "subnet/ip_prefix.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

struct SubnetEnv {
  struct Block {
    IpPrefix network;  // the cluster's
    IpPrefix subnet;   // the node's

    friend bool operator==(const Block&, const Block&) = default;
  };
  std::optional<Block> v4;
  std::optional<Block> v6;
  std::uint32_t mtu = 0;       // FLANNEL_MTU: of the pod's link
  std::uint32_t ipv6_mtu = 0;  // WEFT_IPV6_MTU: of the pod's IPv6 routes; 0 when it is absent
  bool ip_masq = false;
  // WEFT_DEVICES, joined by commas: without one of them pods reach no other node. None with host-gw.
  std::vector<std::string> devices;

  friend bool operator==(const SubnetEnv&, const SubnetEnv&) = default;
};

// FLANNEL_SUBNET is written as Flannel does: the first host address with the block's length, 10.244.7.1/24.
[[nodiscard]] std::string render_subnet_env(const SubnetEnv& env);

// At most 16 KiB. Blank lines, comments, "export " and unknown keys are ignored, quotes around a value removed.
// The error names line and key. A family needs both of its keys, the subnet inside the network.
[[nodiscard]] Result<SubnetEnv> parse_subnet_env(std::string_view text);

}  // namespace weft
