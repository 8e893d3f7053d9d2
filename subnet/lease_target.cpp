#include "subnet/lease_target.h"

#include "subnet/block_picker.h"
#include "subnet/lease_judge.h"

#include <algorithm>

namespace weft {
namespace {

using Choice = std::expected<IpPrefix, NoTarget>;

std::unexpected<NoTarget> none(NoTarget::Why why, std::string reason) {
  return std::unexpected(NoTarget{why, std::move(reason)});
}

bool is_free(const TargetQuestion& question, const IpPrefix& block, const IpPrefix& network) {
  return is_leasable(block, network) && !question.nodes.busy(block, question.config.node, network);
}

Choice adopt_pod_cidr(const TargetQuestion& question, const IpPrefix& block, const IpPrefix& network) {
  if (!is_leasable(block, network)) {
    return none(NoTarget::Why::conflict,
                fmt::format("spec.podCIDR {} of this Node is all of Network {}: give Network more room than one node's",
                            block.to_string(), network.to_string()));
  }
  if (const auto conflict = question.nodes.busy(block, question.config.node, network)) {
    return none(NoTarget::Why::conflict,
                fmt::format("spec.podCIDR {} of this Node overlaps the {}: two allocators work on one range; stop one "
                            "of them, then delete and register this Node again",
                            block.to_string(), conflict->to_string()));
  }
  return block;
}

std::unexpected<NoTarget> await_pod_cidr(const TargetQuestion& question, const IpPrefix& network) {
  for (const IpPrefix& block : question.own.pod_cidrs) {
    if (block.family() == network.family()) {
      return none(NoTarget::Why::awaits_pod_cidr,
                  fmt::format("spec.podCIDR {} of this Node is outside Network {}: make them match, or run with "
                              "--lease-source=claim",
                              block.to_string(), network.to_string()));
    }
  }
  return none(NoTarget::Why::awaits_pod_cidr,
              fmt::format("this Node has no spec.podCIDR inside Network {} {}: let kube-controller-manager assign them "
                          "(--allocate-node-cidrs), or run with --lease-source=claim",
                          network.to_string(),
                          question.config.mode == LeaseMode::pod_cidr ? "and --lease-source=podcidr is set"
                                                                      : "while other Nodes have one"));
}

Choice pick_free(const TargetQuestion& question, const FamilyConfig& family) {
  const std::string& self = question.config.node;
  const auto occupied = question.nodes.occupied(family.network.family(), self, family.network);
  const auto block = pick_block(family, occupied, question.avoid, {self, question.attempt});
  if (block) return *block;
  return none(NoTarget::Why::exhausted,
              fmt::format("no free /{} is left between {} and {}: {} blocks of {} other Nodes are in the way; widen "
                          "Network, or delete Nodes that are gone",
                          family.subnet_length, family.subnet_min.to_string(), family.subnet_max.to_string(),
                          occupied.size(), question.nodes.size() - (question.nodes.find(self) ? 1 : 0)));
}

Choice choose_own(const TargetQuestion& question, const FamilyConfig& family) {
  const auto reserved = question.own.reserved.value_or(Subnets{}).of(family.network.family());
  if (reserved && is_free(question, *reserved, family.network)) return *reserved;
  if (question.attempt == 0) {
    const auto& preferred = question.config.preferred.of(family.network.family());
    if (preferred && is_free(question, *preferred, family.network)) return *preferred;
    const auto pod_cidr = pod_cidr_of(question.own, family.network);
    if (pod_cidr && is_free(question, *pod_cidr, family.network)) return *pod_cidr;
  }
  return pick_free(question, family);
}

}  // namespace

std::optional<IpPrefix> pod_cidr_of(const NodeRecord& node, const IpPrefix& network) {
  const auto found =
      std::ranges::find_if(node.pod_cidrs, [&](const IpPrefix& block) { return network.contains(block); });
  if (found == node.pod_cidrs.end()) return std::nullopt;
  return *found;
}

bool pod_cidrs_assigned(const LeaseSet& nodes, const IpPrefix& network, std::string_view self) {
  bool assigned = false;
  nodes.for_each([&](const NodeRecord& node) {
    if (assigned || node.name == self) return;
    if (pod_cidr_of(node, network)) assigned = true;
    // A lease can outlive what we see of its podCIDR: annotations put back on a new Node, or metadata only.
    const bool hidden = node.pod_cidrs.empty() && node.lease && node.lease->source == LeaseSource::pod_cidr;
    if (hidden && node.lease->subnets.of(network.family())) assigned = true;
  });
  return assigned;
}

std::expected<LeaseTarget, NoTarget> choose_target(const TargetQuestion& question) {
  LeaseTarget target;
  for (const Family family : kFamilies) {
    const auto& config = question.config.network.of(family);
    if (!config) continue;
    auto& block = target.subnets.of(family);
    const auto pod_cidr = pod_cidr_of(question.own, config->network);
    const bool adopt = question.config.mode != LeaseMode::claim && pod_cidr.has_value();
    if (const auto& kept = question.kept.of(family)) {
      block = kept;
      if (adopt && *kept == *pod_cidr) target.source = LeaseSource::pod_cidr;
      continue;
    }
    const bool waits = question.config.mode == LeaseMode::pod_cidr ||
                       (question.config.mode == LeaseMode::automatic &&
                        pod_cidrs_assigned(question.nodes, config->network, question.config.node));
    if (!adopt && waits) return await_pod_cidr(question, config->network);
    const Choice choice = adopt ? adopt_pod_cidr(question, *pod_cidr, config->network) : choose_own(question, *config);
    if (!choice) return std::unexpected(choice.error());
    block = *choice;
    if (adopt) target.source = LeaseSource::pod_cidr;
  }
  return target;
}

}  // namespace weft
