// HELD, SUSPECT and EVICTED: a lease in use.
#include "subnet/lease_judge.h"
#include "subnet/lease_machine.h"

#include <algorithm>

namespace weft {

using namespace std::chrono_literals;
using lease_action::LeaseEventReason;

namespace {

constexpr auto kAnswerPatience = 40s;

// The source may be noted later; it does not change what is held.
bool same_lease(Lease lease, const Lease& held) {
  lease.source = held.source;
  return lease == held;
}

}  // namespace

// In use as soon as the vtep is known, then compared with the others' (verify_held).
void LeaseProtocol::Machine::hold(const Lease& lease) {
  disarm();
  phase_ = vtep_ ? LeaseState::held : LeaseState::verify;
  if (!vtep_) return;
  holding_ = {.from = own_node().revision};
  local_ = LocalLease{config_.node, lease, *vtep_};
  forget_attempt();
  pick_attempt_ = 0;
  conflicts_ = 0;
  exhausted_ = 0;
  last_event_.clear();
  abandon_request();
  emit(lease_action::Held{in_use()});
  set_watch(false);
  maintain();
}

// Something is known of the own Node: is it still what is in use?
void LeaseProtocol::Machine::check_held() {
  const NodeRecord& own = own_node();
  const Lease& held = in_use().lease;
  if (own.uid != held.uid) return suspect("the Node was deleted and created anew");
  if (!own.lease) return suspect("the lease was taken out of the Node");
  if (!same_lease(*own.lease, held))
    return suspect(fmt::format("the lease in the Node was changed to {}", own.lease->subnets.to_string()));
  maintain();
}

// Two overlapping leases are impossible while everybody keeps the rules; here is where a breach is noticed. A state
// from before our lease may show one that was gone when we got ours.
void LeaseProtocol::Machine::verify_held() {
  if (!synced() || nodes_.revision() < holding_.from) return;
  holding_.verify_due = false;
  if (const auto conflict = stronger_lease(nodes_, in_use().lease, config_.node))
    suspect(fmt::format("the {} has an earlier claim", conflict->to_string()));
}

// Puts right what else the own Node should say.
void LeaseProtocol::Machine::maintain() {
  const NodeRecord& own = own_node();
  const LocalLease& local = in_use();
  if (own.vtep == local.vtep) holding_.published = true;
  NodePatch patch = patch_of(own);
  if (own.vtep != local.vtep) patch.vtep = AnnotationChange<Vtep>::to(local.vtep);
  if (own.claim) patch.claim = AnnotationChange<Claim>::removed();  // it can be no use, and blocks others
  if (note_pod_cidr()) {
    patch.lease = AnnotationChange<Lease>::to(local.lease);
    patch.lease.value.source = LeaseSource::pod_cidr;
  }
  if (patch.empty() || awaited_ != 0 || deadline_) return;
  patch_own(std::move(patch));
  arm(kAnswerPatience);
}

// A podCIDR that appears while a lease is held changes nothing under running pods. True if it is the same block
// and the lease does not say so yet.
bool LeaseProtocol::Machine::note_pod_cidr() {
  const NodeRecord& own = own_node();
  bool same = false;
  for (const Family family : kFamilies) {
    const auto& network = config_.network.of(family);
    if (!network) continue;
    const auto pod_cidr = pod_cidr_of(own, network->network);
    const auto& block = in_use().lease.subnets.of(family);
    if (!pod_cidr || !block) continue;
    if (*pod_cidr == *block) {
      same = true;
      continue;
    }
    emit_event(LeaseEventReason::conflict,
               fmt::format("spec.podCIDR {} is not the leased {}, which stays: two allocators work on Network {}; stop "
                           "one of them",
                           pod_cidr->to_string(), block->to_string(), network->network.to_string()));
    return false;
  }
  return same && config_.mode != LeaseMode::claim && own.lease && own.lease->source != LeaseSource::pod_cidr;
}

// Our vtep was published and is now another's: a second writer. With two hosts under one Node name each would undo
// the other's for ever, so the answer gets slower and a person is told.
void LeaseProtocol::Machine::watch_foreign_vtep(const NodeRecord& before) {
  const Vtep& ours = in_use().vtep;
  if (!holding_.published || before.vtep != ours || own_node().vtep == ours) return;
  holding_.published = false;
  if (++holding_.overwrites < 2) return;
  emit_event(LeaseEventReason::conflict,
             fmt::format("somebody else writes the vtep of Node {}: do two hosts run under this name?", config_.node));
  if (awaited_ == 0) arm(backoff(holding_.overwrites));
}

void LeaseProtocol::Machine::held_answered(const lease_input::PatchDone& answer) {
  using lease_input::PatchOutcome;
  if (answer.outcome == PatchOutcome::applied) {
    const auto& written = own_node().lease;
    LocalLease& local = in_use();
    if (written && written->source != local.lease.source && same_lease(*written, local.lease)) {
      local.lease.source = written->source;
      emit(lease_action::Held{local});
    }
    return check_held();
  }
  if (answer.outcome == PatchOutcome::conflict) return get_own();
  arm(backoff(++failures_));
}

void LeaseProtocol::Machine::suspect(const std::string& reason) {
  phase_ = LeaseState::start;
  abandon_request();
  emit(lease_action::Suspect{reason});
  set_watch(true);
  if (own_) claim_again();
}

void LeaseProtocol::Machine::evict(const std::string& reason) {
  const Subnets subnets = in_use().lease.subnets;
  local_.reset();
  forget_attempt();
  config_.preferred = {};
  pods_gone_ = false;
  phase_ = LeaseState::evicted;
  emit(lease_action::Evicted{subnets, reason});
  emit_event(LeaseEventReason::lost, fmt::format("lost {}: {}", subnets.to_string(), reason));
  idle();
}

}  // namespace weft
