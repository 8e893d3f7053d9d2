// The VXLAN half of the desired state: the own devices, and each peer's entries on them.
//
// Pure. IPv4 pods travel over weft.<vni> between IPv4 addresses, IPv6 pods over weft-v6.<vni> between IPv6 addresses:
// Flannel's wire format (RFC 7348).
#pragma once

#include "backend/kernel_state.h"
#include "backend/node_facts.h"
#include "backend/peer_check.h"

namespace weft {

// The MTU of one family's device: underlay_mtu() without the tunnel's headers, 0 when they do not fit.
[[nodiscard]] std::uint32_t vxlan_mtu(Family family, const NetworkConfig& config, const Uplink& uplink);

// The device of one family with its address, <subnet>.0/32 or <subnet>::/128. Nothing if the family has no subnet or no
// underlay address here.
void add_vxlan_device(KernelState& state, Family family, const LocalLease& self, const NetworkConfig& config,
                      const Uplink& uplink);

// Neighbour, FDB entry and route of one peer.
void add_vxlan_peer(KernelState& state, Family family, const PeerVerdict& peer, std::uint32_t vni);

}  // namespace weft
