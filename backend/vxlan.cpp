#include "backend/vxlan.h"

#include "backend/desired_state.h"
#include "backend/ownership.h"

namespace weft {
namespace {

std::string device(Family family, std::uint32_t vni) {
  return family == Family::v4 ? vxlan_device_v4(vni) : vxlan_device_v6(vni);
}

}  // namespace

std::uint32_t vxlan_mtu(Family family, const NetworkConfig& config, const Uplink& uplink) {
  const std::uint32_t underlay = underlay_mtu(config, uplink);
  const std::uint32_t overhead = family == Family::v4 ? kVxlanOverheadV4 : kVxlanOverheadV6;
  return underlay > overhead ? underlay - overhead : 0;
}

void add_vxlan_device(KernelState& state, Family family, const LocalLease& self, const NetworkConfig& config,
                      const Uplink& uplink) {
  const bool v4 = family == Family::v4;
  const auto& subnet = self.lease.subnets.of(family);
  const auto& local = v4 ? uplink.local4 : uplink.local6;
  const auto& mac = v4 ? self.vtep.mac : self.vtep.mac6;
  if (!config.of(family) || !subnet || !local || !mac) return;

  const auto& backend = config.backend;
  const std::string name = device(family, backend.vni);
  state.links.push_back(
      {.name = name,
       .vxlan =
           VxlanParams{
               .vni = backend.vni, .port = backend.port, .uplink = uplink.link, .local = *local, .learning = false},
       .mac = *mac,
       .mtu = vxlan_mtu(family, config, uplink),
       .up = true});
  state.addresses.push_back({name, subnet->address(), address_bits(family)});
}

void add_vxlan_peer(KernelState& state, Family family, const PeerVerdict& peer, std::uint32_t vni) {
  const bool v4 = family == Family::v4;
  const auto& subnet = peer.subnets.of(family);
  const auto& remote = v4 ? peer.vtep.ip : peer.vtep.ip6;
  const auto& mac = v4 ? peer.vtep.mac : peer.vtep.mac6;
  if (!subnet || !remote || !mac) return;

  const std::string name = device(family, vni);
  const IpAddress gateway = subnet->address();
  state.neighbours.push_back({name, gateway, *mac});
  state.fdb.push_back({name, *mac, *remote});
  state.routes.push_back(
      {.destination = *subnet, .metric = route_metric(*subnet), .link = name, .gateway = gateway, .onlink = true});
}

}  // namespace weft
