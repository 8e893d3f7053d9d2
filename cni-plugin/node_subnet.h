// What the daemon has leased for this node, from its subnet.env.
#pragma once

#include "cni-plugin/failure.h"
#include "subnet/ip_prefix.h"
#include "subnet/ledger/address_pool.h"
#include "subnet/subnet_env.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weft::cni {

struct NodeSubnet {
  std::vector<AddressPool> pools;    // one a family, IPv4 first
  std::uint32_t mtu = 0;             // of the pods' links
  std::uint32_t ipv6_mtu = 0;        // of their IPv6 routes; 0: the link's
  std::vector<std::string> devices;  // that lead to other nodes
};

// Code 11 while the file is not there: the daemon writes it when it has a lease. Code 7 when it makes no sense.
[[nodiscard]] Outcome<SubnetEnv> read_subnet_env(const std::string& path);
// The same, for who gives out its addresses. Code 7 also when a subnet has none.
[[nodiscard]] Outcome<NodeSubnet> read_node_subnet(const std::string& path);

}  // namespace weft::cni
