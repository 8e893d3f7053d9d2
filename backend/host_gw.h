// Peers on the same segment, reached by a plain route: backend host-gw, and DirectRouting under vxlan.
//
// Pure: decided from the prefixes of the uplink's addresses, never by asking the kernel in the middle.
#pragma once

#include "backend/kernel_state.h"
#include "backend/node_facts.h"
#include "backend/peer_check.h"

namespace weft {

// Is `address` inside a prefix of one of the uplink's addresses, so that no router is in between?
[[nodiscard]] bool on_segment(const IpAddress& address, const NodeFacts& facts, const Uplink& uplink);

// The route of one peer: via its public address on the uplink.
void add_direct_peer(KernelState& state, Family family, const PeerVerdict& peer, const Uplink& uplink);

}  // namespace weft
