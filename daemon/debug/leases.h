// Dataset "leases": every Node with a claim or a lease, and what this node makes of it.
#pragma once

#include "backend/peer_check.h"
#include "subnet/lease_set.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace weft {

struct LeasesView {
  std::string self;        // this node's name; empty when the cluster was asked, not a node
  std::string self_state;  // of the lease protocol: "HELD"
  bool self_holds = false;
  const std::vector<PeerVerdict>* verdicts = nullptr;  // of the last run; null before
};

[[nodiscard]] nlohmann::json leases_json(const LeaseSet& nodes, const LeasesView& view);

}  // namespace weft
