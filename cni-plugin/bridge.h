// Attach mode "bridge": the host's ends are ports of one bridge, which has the subnets' gateway addresses.
//
// The plugin makes the bridge with the first pod and keeps it right with every further one. Its hardware address is
// pinned: a bridge without one takes its ports' lowest, and every pod's neighbour cache would be wrong whenever that
// pod comes or goes. When the node's lease changes, the new gateway's address comes beside the old one's, which stays
// for as long as a pod has an address of the old subnet; no attachment ever fails for it.
//
// Threading: one thread; processes may do this at the same time, each step is safe to do twice.
#pragma once

#include "backend/netlink/socket.h"
#include "cni-plugin/pod_link.h"
#include "subnet/ledger/address_pool.h"
#include "subnet/ledger/ledger.h"
#include "subnet/result.h"

#include <span>
#include <string>

namespace weft::cni::bridge {

// An address as the pod has it: in its subnet, with the subnet's first host as gateway.
[[nodiscard]] PodAddress pod_address(const IpAddress& address, const IpPrefix& subnet);

// The bridge, up, with `mtu` and a gateway address for each of `pools`, others retired. Fails when `name` is another
// kind of link.
[[nodiscard]] Result<PodBridge> ensure(netlink::Socket& host, const std::string& name, std::uint32_t mtu,
                                       std::span<const AddressPool> pools, const Ledger& ledger);

// Removes the gateway addresses that this plugin gave the bridge for subnets that are neither in `pools` nor in use.
// Needs a kernel that remembers who put an address there (5.18); with others they stay.
[[nodiscard]] Result<> retire_gateways(netlink::Socket& host, const std::string& name,
                                       std::span<const AddressPool> pools, const Ledger& ledger);

// Makes the host's end, which is a port of `bridge` already, one that a pod can use.
[[nodiscard]] Result<> configure_host_end(netlink::Socket& host, const PodLink& link, const PodBridge& bridge);

}  // namespace weft::cni::bridge
