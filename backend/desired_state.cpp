#include "backend/desired_state.h"

#include "backend/host_gw.h"
#include "backend/vxlan.h"

#include <algorithm>

namespace weft {
namespace {

// Enough distinct metrics to keep the kernel's chains short up to 50,000 peers, few enough to read.
constexpr std::uint32_t kFirstMetric = 1000;
constexpr unsigned kMetricBits = 10;

bool reached_directly(Family family, const PeerVerdict& peer, const NetworkConfig& config, const NodeFacts& facts,
                      const Uplink& uplink) {
  const auto& remote = family == Family::v4 ? peer.vtep.ip : peer.vtep.ip6;
  if (!remote) return false;
  if (config.backend.type == BackendType::host_gw) return true;
  return config.backend.direct_routing && on_segment(*remote, facts, uplink);
}

}  // namespace

std::uint32_t route_metric(const IpPrefix& subnet) {
  // Of the block's index, the part inside a block of ten bits more: below 1,024.
  const unsigned around = subnet.length() > kMetricBits ? subnet.length() - kMetricBits : 0;
  const auto index = IpPrefix::containing(subnet.address(), around).index_of(subnet);
  return kFirstMetric + static_cast<std::uint32_t>(index.value_or(0));
}

std::uint32_t underlay_mtu(const NetworkConfig& config, const Uplink& uplink) {
  return std::min(config.backend.mtu.value_or(uplink.mtu), uplink.mtu);
}

PodMtu pod_mtu(const NetworkConfig& config, const Uplink& uplink) {
  const bool tunnel = config.backend.type == BackendType::vxlan;
  const auto mtu = [&](Family family) {
    return tunnel ? vxlan_mtu(family, config, uplink) : underlay_mtu(config, uplink);
  };
  const std::uint32_t v4 = mtu(Family::v4);
  const std::uint32_t v6 = mtu(Family::v6);
  if (!config.v6) return {.link = v4};
  // One link carries both families: it gets the larger MTU, and the IPv6 routes their own.
  return {.link = config.v4 ? v4 : v6, .v6 = v6};
}

KernelState desired_state(const LocalLease& self, std::span<const PeerVerdict> peers, const NetworkConfig& config,
                          const NodeFacts& facts, const Uplink& uplink) {
  KernelState state;
  for (const Family family : {Family::v4, Family::v6}) {
    if (!config.of(family)) continue;
    if (config.backend.type == BackendType::vxlan) add_vxlan_device(state, family, self, config, uplink);
    for (const auto& peer : peers) {
      if (!peer.routed) continue;
      if (reached_directly(family, peer, config, facts, uplink)) {
        add_direct_peer(state, family, peer, uplink);
      } else {
        add_vxlan_peer(state, family, peer, config.backend.vni);
      }
    }
  }
  state.normalise();
  return state;
}

}  // namespace weft
