#include "backend/peer_rules.h"

#include "backend/host_gw.h"
#include "backend/ownership.h"

#include <algorithm>

namespace weft {
namespace {

constexpr unsigned kLargerByBits = 4;  // 16 times as large

template <class... Args>
std::optional<Rejection> reject(const char* reason, fmt::format_string<Args...> format, Args&&... args) {
  return Rejection{reason, fmt::format(format, std::forward<Args>(args)...)};
}

const std::optional<IpAddress>& address_in(const Vtep& vtep, Family family) {
  return family == Family::v4 ? vtep.ip : vtep.ip6;
}

const std::optional<MacAddress>& mac_in(const Vtep& vtep, Family family) {
  return family == Family::v4 ? vtep.mac : vtep.mac6;
}

unsigned shortest_length(const IpPrefix& network, unsigned own) {
  return std::max(network.length() + 1, own > kLargerByBits ? own - kLargerByBits : 1U);
}

}  // namespace

PeerRules::PeerRules(const LeaseSnapshot& snapshot, const NetworkConfig& config, const NodeFacts& facts,
                     const Uplink& uplink)
    : snapshot_(snapshot), config_(config), facts_(facts), uplink_(uplink) {
  const Ownership devices = ownership_for(config.backend.vni);
  for (const auto& own : {uplink.public4, uplink.public6}) {
    if (own) own_addresses_.insert(*own);
  }
  for (const auto& address : facts.addresses) {
    own_addresses_.insert(address.address);
    // A host address, as on a pod's veth, and the addresses of our own devices connect nothing; every link has
    // fe80::/64.
    const bool whole = address.length == address_bits(address.address.family());
    if (whole || devices.owns_device(address.link) || address.address.is_link_local()) continue;
    connected_.push_back({IpPrefix::containing(address.address, address.length), address.link});
  }
  for (const auto& route : facts.default_routes) {
    if (!route.gateway || route.gateway->is_link_local()) continue;
    connected_.push_back({IpPrefix::containing(*route.gateway, address_bits(route.family)), route.link});
  }
}

Subnets PeerRules::common_subnets(const LeaseHolder& holder) const {
  Subnets common;
  for (const Family family : kFamilies) {
    if (config_.of(family) && holder.lease.subnets.of(family)) common.of(family) = holder.lease.subnets.of(family);
  }
  return common;
}

const std::optional<IpPrefix>& PeerRules::own_subnet(Family family) const {
  static constexpr std::optional<IpPrefix> kNone;
  return snapshot_.self ? snapshot_.self->lease.subnets.of(family) : kNone;
}

std::optional<Rejection> PeerRules::check_backend(const Vtep& vtep) const {
  const auto& own = config_.backend;
  if (vtep.backend != own.type)
    return reject("backend-mismatch", "uses backend {}, this node {}", to_string(vtep.backend), to_string(own.type));
  if (own.type == BackendType::vxlan && (vtep.vni != own.vni || vtep.port != own.port))
    return reject("backend-mismatch", "uses VNI {} and port {}, this node {} and {}", vtep.vni, vtep.port, own.vni,
                  own.port);
  return std::nullopt;
}

std::optional<Rejection> PeerRules::check_subnet(const FamilyConfig& config, const IpPrefix& subnet) const {
  const auto& network = config.network;
  if (!network.contains(subnet))
    return reject("outside-network", "subnet {} is not inside {}", subnet.to_string(), network.to_string());
  const auto& own = own_subnet(subnet.family());
  const unsigned shortest = shortest_length(network, own ? own->length() : config.subnet_length);
  if (subnet.length() < shortest)
    return reject("wrong-length", "subnet {} is too large: at least /{} is expected", subnet.to_string(), shortest);
  if (own && own->overlaps(subnet))
    return reject("own-subnet", "subnet {} overlaps this node's {}", subnet.to_string(), own->to_string());
  for (const auto& connected : connected_) {
    if (connected.prefix.overlaps(subnet))
      return reject("connected-network", "subnet {} overlaps {}, which this node reaches on {}", subnet.to_string(),
                    connected.prefix.to_string(), connected.link);
  }
  return std::nullopt;
}

std::optional<Rejection> PeerRules::check_public_address(const FamilyConfig& config,
                                                         const std::optional<IpAddress>& address) const {
  const auto& network = config.network;
  if (!address) return reject("bad-public-ip", "publishes no {} address to send to", to_string(network.family()));
  if (!address->is_global_unicast())
    return reject("bad-public-ip", "public address {} is no unicast address of a host", address->to_string());
  if (own_addresses_.contains(*address))
    return reject("bad-public-ip", "public address {} is this node's own", address->to_string());
  if (network.contains(*address))
    return reject("bad-public-ip", "public address {} is inside the pod network {}", address->to_string(),
                  network.to_string());
  if (config_.backend.type == BackendType::host_gw && !on_segment(*address, facts_, uplink_))
    return reject("not-on-segment", "public address {} is not on the segment of {}: host-gw needs one, vxlan does not",
                  address->to_string(), uplink_.link);
  return std::nullopt;
}

std::optional<Rejection> PeerRules::check_mac(Family family, const std::optional<MacAddress>& mac) const {
  if (config_.backend.type != BackendType::vxlan) return std::nullopt;
  if (!mac) return reject("bad-mac", "publishes no VTEP MAC for {}", to_string(family));
  if (!mac->is_unicast()) return reject("bad-mac", "VTEP MAC {} is no unicast address", mac->to_string());
  if (snapshot_.self && mac == mac_in(snapshot_.self->vtep, family))
    return reject("bad-mac", "VTEP MAC {} is this node's own", mac->to_string());
  return std::nullopt;
}

std::optional<Rejection> PeerRules::check(const LeaseHolder& holder) const {
  if (!holder.vtep) return reject("no-vtep", "holds a lease and has not published how to reach it yet");
  const Subnets common = common_subnets(holder);
  if (common.empty())
    return reject("wrong-family", "holds {}, which is no family of this node", holder.lease.subnets.to_string());
  if (auto fault = check_backend(*holder.vtep)) return fault;
  for (const Family family : kFamilies) {
    const auto& config = config_.of(family);
    const auto& subnet = common.of(family);
    if (!config || !subnet) continue;
    if (auto fault = check_subnet(*config, *subnet)) return fault;
    if (auto fault = check_public_address(*config, address_in(*holder.vtep, family))) return fault;
    if (auto fault = check_mac(family, mac_in(*holder.vtep, family))) return fault;
  }
  return std::nullopt;
}

}  // namespace weft
