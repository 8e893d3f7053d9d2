#include "backend/route_conflict.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace weft {
namespace {

// The foreign routes inside the pod network, sorted: few routes of a node are, but an older Flannel has one a peer.
std::vector<const Route*> suspects(std::span<const Route> foreign_routes, const NetworkConfig& config) {
  std::vector<const Route*> found;
  for (const auto& route : foreign_routes) {
    const auto& family = config.of(route.destination.family());
    if (family && family->network.contains(route.destination) && route.destination != family->network)
      found.push_back(&route);
  }
  return found;
}

const IpPrefix& destination_of(const Route* route) { return route->destination; }

// Routes that contain `subnet` lie at one of its shorter prefixes; routes inside it follow it in the order.
template <class Visit>
void for_each_overlap(const std::vector<const Route*>& routes, const IpPrefix& subnet, unsigned shortest, Visit visit) {
  for (unsigned length = shortest; length < subnet.length(); ++length) {
    const auto around = IpPrefix::containing(subnet.address(), length);
    for (const auto* route : std::ranges::equal_range(routes, around, {}, destination_of)) visit(*route);
  }
  for (auto at = std::ranges::lower_bound(routes, subnet, {}, destination_of);
       at != routes.end() && subnet.contains((*at)->destination); ++at) {
    visit(**at);
  }
}

}  // namespace

std::vector<RouteConflict> find_conflicts(std::span<const PeerVerdict> verdicts, std::span<const Route> foreign_routes,
                                          const NetworkConfig& config) {
  std::vector<RouteConflict> conflicts;
  const auto routes = suspects(foreign_routes, config);
  if (routes.empty()) return conflicts;
  for (const auto& verdict : verdicts) {
    if (!verdict.routed) continue;
    for (const Family family : {Family::v4, Family::v6}) {
      const auto& held = verdict.subnets.of(family);
      const auto& enabled = config.of(family);
      if (!held || !enabled) continue;
      const IpPrefix& subnet = *held;
      for_each_overlap(routes, subnet, enabled->network.length(),
                       [&](const Route& route) { conflicts.push_back({verdict.node, subnet, route}); });
    }
  }
  return conflicts;
}

void yield_slots(KernelState& desired, std::span<const Route> foreign_routes) {
  const auto slot = [](const Route& route) { return std::tie(route.destination, route.metric); };
  std::erase_if(desired.routes,
                [&](const Route& route) { return std::ranges::binary_search(foreign_routes, slot(route), {}, slot); });
}

}  // namespace weft
