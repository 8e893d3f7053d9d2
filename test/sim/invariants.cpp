#include "test/sim/invariants.h"

#include "test/sim/describe.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace weft::sim {
namespace {

bool overlap(const Subnets& one, const Subnets& two) {
  return std::ranges::any_of(kFamilies, [&](Family family) {
    const auto& block = one.of(family);
    const auto& other = two.of(family);
    return block && other && block->overlaps(*other);
  });
}

bool carries(const NodeRecord& own, const IpPrefix& block) {
  const Claim* claim = own.bound_claim();
  const Lease* lease = own.bound_lease();
  return (claim != nullptr && claim->subnets.of(block.family()) == block) ||
         (lease != nullptr && lease->subnets.of(block.family()) == block);
}

bool stands_on(const NodeRecord& node, const IpPrefix& block) {
  const auto hit = [&](const Subnets& subnets) {
    const auto& other = subnets.of(block.family());
    return other && other->overlaps(block);
  };
  return (node.claim && hit(node.claim->subnets)) || (node.lease && hit(node.lease->subnets)) ||
         (node.reserved && hit(*node.reserved)) ||
         std::ranges::any_of(node.pod_cidrs, [&](const IpPrefix& other) { return other.overlaps(block); });
}

bool same_blocks(const std::optional<Lease>& one, const Lease& two) {
  return one && one->uid == two.uid && one->subnets == two.subnets && one->rev4 == two.rev4 && one->rev6 == two.rev6;
}

}  // namespace

void Invariants::report(std::string text) {
  if (!breach_) breach_ = std::move(text);
}

void Invariants::check_leases() {
  const auto& nodes = store_.nodes();
  for (auto one = nodes.begin(); one != nodes.end(); ++one) {
    const Lease* lease = one->second.bound_lease();
    if (lease == nullptr || store_.has_foreign_lease(one->second)) continue;
    for (auto two = std::next(one); two != nodes.end(); ++two) {
      const Lease* other = two->second.bound_lease();
      if (other == nullptr || store_.has_foreign_lease(two->second)) continue;
      if (overlap(lease->subnets, other->subnets))
        report(fmt::format("I1: overlapping leases: {} and {}", describe(one->second), describe(two->second)));
    }
  }
}

void Invariants::check_guard(const NodePatch& patch, const NodeRecord& before) {
  if (patch.revision != before.revision || patch.uid != before.uid)
    report(fmt::format("I4: PATCH{} was applied to {}", describe(patch), describe(before)));
}

void Invariants::check_confirmation(const NodePatch& patch, const NodeRecord& before) {
  if (patch.lease.kind != AnnotationChange<Lease>::Kind::set) return;
  const Lease& lease = patch.lease.value;
  if (same_blocks(before.lease, lease)) return;  // nothing new is leased
  for (const Family family : kFamilies) {
    const auto& block = lease.subnets.of(family);
    if (block && !was_ever_free(before, *block))
      report(fmt::format("I5: {} was never won: PATCH{} to {}", block->to_string(), describe(patch), describe(before)));
  }
}

// Since the block has stood in the own Node without a gap, was there a moment when it stood in no other?
bool Invariants::was_ever_free(const NodeRecord& own, const IpPrefix& block) const {
  std::map<std::string_view, bool> others;  // stands on the block
  bool standing = false;
  bool free = false;
  for (const Version& version : store_.log()) {
    if (version.record.name == own.name) {
      if (version.revision > own.revision) break;
      const bool stands = !version.deleted && version.record.uid == own.uid && carries(version.record, block);
      if (!stands) free = false;
      standing = stands;
    } else {
      others[version.record.name] = !version.deleted && stands_on(version.record, block);
    }
    if (standing && std::ranges::none_of(others, &std::pair<const std::string_view, bool>::second)) free = true;
  }
  return standing && free;
}

void Invariants::check_patch(const Daemon& daemon, const NodePatch& patch) {
  if (patch.revision == 0 || patch.uid.empty())
    report(fmt::format("I4: {} sends an unguarded PATCH{}", daemon.name(), describe(patch)));
  if (patch.claim.kind != AnnotationChange<Claim>::Kind::set) return;
  if (patch.claim.value.uid != patch.uid)
    report(fmt::format("I4: {} claims for another Node: PATCH{}", daemon.name(), describe(patch)));
  if (daemon.pods_left())
    report(fmt::format("I2: {} claims while pods of what it lost still run: PATCH{}", daemon.name(), describe(patch)));
  if (!nonces_.insert(patch.claim.value.nonce).second)
    report(fmt::format("I3: {} uses a nonce twice: PATCH{}", daemon.name(), describe(patch)));
}

void Invariants::check_notices(const Daemon& daemon, const LeaseActions& actions) {
  const bool suspects = std::ranges::any_of(
      actions, [](const LeaseAction& action) { return std::holds_alternative<lease_action::Suspect>(action); });
  const auto& local = daemon.protocol().local();
  if (!suspects || !local || store_.epoch() != 0 || store_.any_foreign_lease()) return;
  const Lease& lease = local->lease;
  bool held = false;
  bool taken = false;
  for (const Version& version : store_.log()) {
    if (version.record.name != daemon.name()) continue;
    const bool has = !version.deleted && version.record.uid == lease.uid && same_blocks(version.record.lease, lease);
    taken = taken || (held && !has);
    held = held || has;
  }
  if (!taken) report(fmt::format("{} doubts {}, which nobody took away", daemon.name(), lease.subnets.to_string()));
}

void Invariants::check_use(const Daemon& daemon) {
  if (daemon.protocol().state() != LeaseState::held || daemon.epoch() != store_.epoch()) return;
  const auto& local = daemon.protocol().local();
  if (!local) return report(fmt::format("I2: {} holds nothing", daemon.name()));
  const Lease& lease = local->lease;
  const auto& log = store_.log();
  const auto confirmed = std::find_if(log.rbegin(), log.rend(), [&](const Version& version) {
    return version.record.name == daemon.name() && !version.deleted && version.record.uid == lease.uid &&
           same_blocks(version.record.lease, lease);
  });
  if (confirmed == log.rend())
    return report(fmt::format("I2: {} holds {}, which was never confirmed", daemon.name(), lease.subnets.to_string()));
  const auto seen = daemon.nodes().find(daemon.name());
  const Revision known = seen ? seen->revision : daemon.nodes().revision();
  if (known > confirmed->revision)
    report(fmt::format("I2: {} holds {} although it saw it taken away", daemon.name(), lease.subnets.to_string()));
}

}  // namespace weft::sim
