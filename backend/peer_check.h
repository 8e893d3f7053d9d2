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

struct PeerVerdict {
  std::string node;
  // What may be programmed: the families and addresses that passed. Meaningful when `routed`.
  Subnets subnets;
  Vtep vtep;
  bool routed = false;
  // Stable word for metrics: "no-vtep", "outside-network", "wrong-length", "own-subnet", "connected-network",
  // "duplicate-subnet", "duplicate-mac", "duplicate-public-ip", "bad-mac", "bad-public-ip", "backend-mismatch",
  // "wrong-family". Empty when routed.
  std::string reason;
  std::string detail;  // one sentence with the offending value

  friend bool operator==(const PeerVerdict&, const PeerVerdict&) = default;
};

// One verdict for each holder of the snapshot, in its order.
[[nodiscard]] std::vector<PeerVerdict> judge_peers(const LeaseSnapshot& snapshot, const NetworkConfig& config,
                                                   const NodeFacts& facts, const Uplink& uplink);

}  // namespace weft
