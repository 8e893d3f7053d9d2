// Routes of other programs where peers' routes should be. They are shown and counted, and never overwritten: such a
// route may be what connects the node.
//
// Pure. Foreign routes are those of KernelDump: the whole main table but ours, sorted, connected routes included.
#pragma once

#include "backend/kernel_state.h"
#include "backend/peer_check.h"
#include "subnet/network_config.h"

#include <span>
#include <string>
#include <vector>

namespace weft {

// A foreign route that overlaps a routed peer's subnet.
struct RouteConflict {
  std::string node;
  IpPrefix subnet;
  Route route;

  friend bool operator==(const RouteConflict&, const RouteConflict&) = default;
};

// By peer in the verdicts' order. Routes to the whole pod network or more are none: ours are longer and win.
// O(n log n) in peers and routes, and one step for each conflict.
[[nodiscard]] std::vector<RouteConflict> find_conflicts(std::span<const PeerVerdict> verdicts,
                                                        std::span<const Route> foreign_routes,
                                                        const NetworkConfig& config);

// Takes out of `desired` each route whose slot in the kernel a foreign route holds: putting ours would replace it. The
// peer comes back as soon as the foreign route has gone.
void yield_slots(KernelState& desired, std::span<const Route> foreign_routes);

}  // namespace weft
