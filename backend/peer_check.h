// Peers are judged as a set before anything is programmed.
//
// A Node can publish anything; what it can break here is itself. A bad peer is rejected alone, with a reason
// that `weftd debug peers` shows; the others never notice. Of two leases that overlap, the one with the smaller
// revision of that family is routed (then the smaller uid), whatever the order of events.
#pragma once

#include "backend/node_facts.h"
#include "subnet/lease_snapshot.h"
#include "subnet/network_config.h"

#include <string>
#include <vector>

namespace weft {

// A subnet may be of any length longer than the network's, and at most 16 times as large as this node's own: so that
// SubnetLen can be changed node by node, and nobody takes half of the cluster.
struct PeerVerdict {
  std::string node;
  // What may be programmed: the families that both this node and the peer have. Meaningful when `routed`.
  Subnets subnets;
  Vtep vtep;
  bool routed = false;
  // Stable word for metrics: "no-vtep", "backend-mismatch", "wrong-family", "outside-network", "wrong-length",
  // "own-subnet", "connected-network", "bad-mac", "bad-public-ip", "not-on-segment", "duplicate-subnet",
  // "duplicate-mac", "duplicate-public-ip". Empty when routed.
  std::string reason;
  std::string detail;  // one sentence with the offending value

  friend bool operator==(const PeerVerdict&, const PeerVerdict&) = default;
};

// One verdict for each holder of the snapshot, in its order. O(n log n).
[[nodiscard]] std::vector<PeerVerdict> judge_peers(const LeaseSnapshot& snapshot, const NetworkConfig& config,
                                                   const NodeFacts& facts, const Uplink& uplink);

}  // namespace weft
