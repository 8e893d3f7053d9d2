#include "backend/host_gw.h"

#include "backend/desired_state.h"

#include <algorithm>

namespace weft {

bool on_segment(const IpAddress& address, const NodeFacts& facts, const Uplink& uplink) {
  return std::ranges::any_of(facts.addresses, [&](const InterfaceAddress& own) {
    return own.link == uplink.link && own.address.family() == address.family() &&
           own.length < address_bits(address.family()) &&
           IpPrefix::containing(own.address, own.length).contains(address);
  });
}

void add_direct_peer(KernelState& state, Family family, const PeerVerdict& peer, const Uplink& uplink) {
  const auto& subnet = peer.subnets.of(family);
  const auto& gateway = family == Family::v4 ? peer.vtep.ip : peer.vtep.ip6;
  if (!subnet || !gateway) return;
  state.routes.push_back(
      {.destination = *subnet, .metric = route_metric(*subnet), .link = uplink.link, .gateway = gateway});
}

}  // namespace weft
