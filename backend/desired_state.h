// What the kernel should hold: a pure function of the cluster and the node.
//
// A packet's view, pod on this node to a pod on peer P (VXLAN, IPv4): the route of P's subnet names the gateway
// <subnet>.0 on weft.<vni>; the permanent neighbour turns that gateway into P's VTEP MAC, the inner destination;
// the permanent FDB entry turns the MAC into P's public address, the outer destination. No entry is learned.
#pragma once

#include "backend/kernel_state.h"
#include "backend/node_facts.h"
#include "backend/peer_check.h"

#include <span>

namespace weft {

inline constexpr std::uint32_t kVxlanOverheadV4 = 50;  // outer IPv4 20 + UDP 8 + VXLAN 8 + inner Ethernet 14
inline constexpr std::uint32_t kVxlanOverheadV6 = 70;

// `subnet`'s metric: equal metrics would put all peers' routes in one chain of the kernel's fib_info hash, which
// ignores the gateway (net/ipv4/fib_semantics.c). 1000 + the low ten bits of the block's index.
[[nodiscard]] std::uint32_t route_metric(const IpPrefix& subnet);

// What an outer packet may have: Backend.MTU, and never more than the uplink's, since the kernel refuses that.
[[nodiscard]] std::uint32_t underlay_mtu(const NetworkConfig& config, const Uplink& uplink);

struct PodMtu {
  std::uint32_t link = 0;  // FLANNEL_MTU: of the pod's link
  std::uint32_t v6 = 0;    // WEFT_IPV6_MTU: of the pod's IPv6 routes; 0 without IPv6
};
[[nodiscard]] PodMtu pod_mtu(const NetworkConfig& config, const Uplink& uplink);

[[nodiscard]] KernelState desired_state(const LocalLease& self, std::span<const PeerVerdict> peers,
                                        const NetworkConfig& config, const NodeFacts& facts, const Uplink& uplink);

}  // namespace weft
