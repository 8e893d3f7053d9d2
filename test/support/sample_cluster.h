// A small dual-stack cluster as values, seen from its node n1; sample_overlay() is what its kernel should hold.
#pragma once

#include "backend/node_facts.h"
#include "subnet/lease_snapshot.h"
#include "subnet/network_config.h"

#include <initializer_list>

namespace weft::test {

// 10.244.0.0/16 in /24s and fd00:10:244::/48 in /64s, vxlan, VNI 1, port 8472.
[[nodiscard]] NetworkConfig sample_config();
// eth device `up0`: 192.0.2.1/24, 2001:db8::1/64, MTU 1500, default routes; and `lo`.
[[nodiscard]] NodeFacts sample_facts();
[[nodiscard]] Uplink sample_uplink();

// 10.244.0.0/24 and fd00:10:244::/64.
[[nodiscard]] LocalLease sample_self();
// Node n<n> with 10.244.<n>.0/24 and fd00:10:244:<n>::/64, 192.0.2.<n> and 2001:db8::<n>; revisions 100 + n.
[[nodiscard]] LeaseHolder sample_peer(unsigned n);
// n1 and these peers.
[[nodiscard]] LeaseSnapshot sample_snapshot(std::initializer_list<unsigned> peers);

}  // namespace weft::test
