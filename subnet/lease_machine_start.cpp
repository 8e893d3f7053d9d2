// START and VERIFY: what the own Node says, and where to go from there.
#include "subnet/lease_judge.h"
#include "subnet/lease_machine.h"

#include <algorithm>

namespace weft {

void LeaseProtocol::Machine::restart() {
  phase_ = LeaseState::start;
  forget_attempt();
  get_own();
}

void LeaseProtocol::Machine::restart_later() {
  phase_ = LeaseState::start;
  forget_attempt();
  abandon_request();
  ++conflicts_;
  arm(backoff(std::max(++failures_, conflicts_)));
}

void LeaseProtocol::Machine::forget_attempt() {
  attempt_.reset();
  wins_ = {};
}

// The own Node has just been read and the set of all Nodes is in sync.
void LeaseProtocol::Machine::route() {
  forget_attempt();
  if (local_) return claim_again();
  if (const Lease* lease = own_node().bound_lease()) {
    const Subnets usable = usable_blocks(*lease);
    if (covers_network(usable)) return hold(*lease);  // of an earlier process
    if (!usable.empty()) keep_as_wins(*lease);        // a family was added: claim what is missing
  }
  attempt_ = standing_attempt();
  if (attempt_) return judge_by_list(own_node().revision);
  choose_and_claim();
}

Subnets LeaseProtocol::Machine::usable_blocks(const Lease& lease) const {
  Subnets usable;
  for (const Family family : kFamilies) {
    const auto& network = config_.network.of(family);
    const auto& block = lease.subnets.of(family);
    if (network && block && is_leasable(*block, network->network)) usable.of(family) = block;
  }
  return usable;
}

bool LeaseProtocol::Machine::covers_network(const Subnets& subnets) const {
  for (const Family family : kFamilies) {
    if (config_.network.of(family) && !subnets.of(family)) return false;
  }
  return true;
}

void LeaseProtocol::Machine::keep_as_wins(const Lease& lease) {
  const bool comparable = nodes_.revision() >= own_node().revision;
  if (comparable && stronger_lease(nodes_, lease, config_.node)) return;
  const Subnets usable = usable_blocks(lease);
  for (const Family family : kFamilies) {
    if (const auto& block = usable.of(family)) wins_.of(family) = LeaseWin{*block, lease.rev(family)};
  }
  wins_.through = own_node().revision;
}

// A claim that a crash left behind is worth judging if it is what this process would claim.
std::optional<LeaseProtocol::Machine::Attempt> LeaseProtocol::Machine::standing_attempt() const {
  const NodeRecord& own = own_node();
  const Claim* claim = own.bound_claim();
  if (claim == nullptr || claim->nonce == lost_nonce_) return std::nullopt;
  Attempt attempt;
  attempt.claim = *claim;
  attempt.base = own.revision;
  for (const Family family : kFamilies) {
    const auto& network = config_.network.of(family);
    if (!network) continue;
    const auto& block = claim->subnets.of(family);
    const auto& win = wins_.of(family);
    if (!block || !is_leasable(*block, network->network) || (win && win->block != *block)) return std::nullopt;
    if (config_.mode == LeaseMode::claim) continue;
    const auto pod_cidr = pod_cidr_of(own, network->network);
    if (pod_cidr && *pod_cidr != *block) return std::nullopt;
    if (pod_cidr) attempt.source = LeaseSource::pod_cidr;
    const bool must_wait =
        config_.mode == LeaseMode::pod_cidr || pod_cidrs_assigned(nodes_, network->network, config_.node);
    if (!pod_cidr && !win && must_wait) return std::nullopt;
  }
  return attempt;
}

// The store has gone back in time (restored from a backup): leases of the past are there again, later ones are
// gone. Nothing known before holds, and what is in use is not given up in a hurry.
void LeaseProtocol::Machine::rolled_back(const NodeRecord* own) {
  rollback_until_ = now_ + config_.rollback_hold_off;
  own_.reset();
  if (own != nullptr) adopt(*own);
  forget_attempt();
  abandon_request();
  switch (phase_) {
    case LeaseState::held:
      if (own_) return check_held();
      return own_missing("the store was rolled back, and the Node is not in it");
    case LeaseState::evicted:
      return idle();
    default:
      return restart();
  }
}

}  // namespace weft
