#include "test/sim/settled.h"

#include "test/sim/describe.h"

#include <algorithm>

namespace weft::sim {
namespace {

bool stands_on(const NodeRecord& node, const IpPrefix& block) {
  const auto hit = [&](const Subnets& subnets) {
    const auto& other = subnets.of(block.family());
    return other && other->overlaps(block);
  };
  return (node.claim && hit(node.claim->subnets)) || (node.lease && hit(node.lease->subnets)) ||
         (node.reserved && hit(*node.reserved)) ||
         std::ranges::any_of(node.pod_cidrs, [&](const IpPrefix& other) { return other.overlaps(block); });
}

bool is_free(const Store& store, const std::string& self, const IpPrefix& block) {
  return std::ranges::none_of(store.nodes(),
                              [&](const auto& node) { return node.first != self && stands_on(node.second, block); });
}

bool any_free(const Store& store, const std::string& self, const FamilyConfig& config) {
  const auto count = config.network.block_count(config.subnet_length);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (is_free(store, self, config.network.block(config.subnet_length, i))) return true;
  }
  return false;
}

const IpPrefix* pod_cidr(const NodeRecord& node, const FamilyConfig& config) {
  const auto found =
      std::ranges::find_if(node.pod_cidrs, [&](const IpPrefix& block) { return config.network.contains(block); });
  return found == node.pod_cidrs.end() ? nullptr : &*found;
}

bool others_have_pod_cidr(const Store& store, const std::string& self, const FamilyConfig& config) {
  return std::ranges::any_of(store.nodes(), [&](const auto& node) {
    const auto& lease = node.second.lease;
    const bool hidden = node.second.pod_cidrs.empty() && lease && lease->source == LeaseSource::pod_cidr &&
                        lease->subnets.of(config.network.family());
    return node.first != self && (pod_cidr(node.second, config) != nullptr || hidden);
  });
}

// Is there a reason why this family cannot be leased?
bool hopeless(const Daemon& daemon, const Store& store, const NodeRecord& own, const FamilyConfig& config) {
  const bool automatic = daemon.config().mode == LeaseMode::automatic;
  if (const IpPrefix* assigned = pod_cidr(own, config); assigned != nullptr && automatic)
    return !is_free(store, daemon.name(), *assigned);
  if (automatic && others_have_pod_cidr(store, daemon.name(), config)) return true;
  return !any_free(store, daemon.name(), config);
}

}  // namespace

std::string unsettled(const Daemon& daemon, const Store& store) {
  const NodeRecord* own = store.find(daemon.name());
  if (own == nullptr) return "no Node";
  const LeaseState state = daemon.protocol().state();
  if (state == LeaseState::held) {
    const auto& local = daemon.protocol().local();
    const Lease* lease = own->bound_lease();
    if (!local || lease == nullptr || lease->subnets != local->lease.subnets) return "holds what its Node does not say";
    if (own->vtep != local->vtep) return "its vtep is not published";
    return own->claim ? "its claim stands" : "";
  }
  if (state != LeaseState::exhausted && state != LeaseState::pick) return fmt::format("is in {}", to_string(state));
  if (own->claim) return "waits while its claim stands";
  for (const Family family : kFamilies) {
    const auto& config = daemon.config().network.of(family);
    if (config && hopeless(daemon, store, *own, *config)) return "";
  }
  return fmt::format("waits in {} although blocks are free", to_string(state));
}

}  // namespace weft::sim
