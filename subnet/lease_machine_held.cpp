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
bool same_lease(const std::optional<Lease>& lease, const Lease& held) {
  if (!lease) return false;
  Lease copy = *lease;
  copy.source = held.source;
  return copy == held;
}

}  // namespace

void LeaseProtocol::Machine::hold(const Lease& lease) {
  phase_ = LeaseState::held;
  held_from_ = own_->revision;
  verify_due_ = true;
  local_ = LocalLease{config_.node, lease, *vtep_};
  attempt_.reset();
  wins_ = {};
  pick_attempt_ = 0;
  conflicts_ = 0;
  exhausted_ = 0;
  overwrites_ = 0;
  published_ = false;
  last_event_.clear();
  abandon_request();
  disarm();
  emit(lease_action::Held{*local_});
  set_watch(false);
  maintain();
}

// Something is known of the own Node: is it still what is in use?
void LeaseProtocol::Machine::check_held() {
  if (own_->uid != local_->lease.uid) return suspect("the Node was deleted and created anew");
  if (!own_->lease) return suspect("the lease was taken out of the Node");
  if (!same_lease(own_->lease, local_->lease))
    return suspect(fmt::format("the lease in the Node was changed to {}", own_->lease->subnets.to_string()));
  maintain();
}

// Two overlapping leases are impossible while everybody keeps the rules; here is where a breach is noticed. A state
// from before our lease may show one that was gone when we got ours.
void LeaseProtocol::Machine::verify_held() {
  if (!synced() || nodes_.revision() < held_from_) return;
  verify_due_ = false;
  if (const auto conflict = stronger_lease(nodes_, local_->lease, config_.node))
    suspect(fmt::format("the {} has an earlier claim", conflict->to_string()));
}

// Puts right what else the own Node should say.
void LeaseProtocol::Machine::maintain() {
  if (own_->vtep == vtep_) published_ = true;
  NodePatch patch = patch_of(*own_);
  if (own_->vtep != vtep_) patch.vtep = AnnotationChange<Vtep>::to(*vtep_);
  if (own_->claim) patch.claim = AnnotationChange<Claim>::removed();  // it can be no use, and blocks others
  if (note_pod_cidr()) {
    Lease noted = local_->lease;
    noted.source = LeaseSource::pod_cidr;
    patch.lease = AnnotationChange<Lease>::to(noted);
  }
  if (patch == patch_of(*own_) || awaited_ != 0 || deadline_) return;
  patch_own(std::move(patch));
  arm(kAnswerPatience);
}

// A podCIDR that appears while a lease is held changes nothing under running pods. True if it is the same block
// and the lease does not say so yet.
bool LeaseProtocol::Machine::note_pod_cidr() {
  bool same = false;
  for (const Family family : kFamilies) {
    const auto& network = config_.network.of(family);
    if (!network) continue;
    const auto pod_cidr = pod_cidr_of(*own_, network->network);
    const auto& block = local_->lease.subnets.of(family);
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
  return same && config_.mode != LeaseMode::claim && own_->lease && own_->lease->source != LeaseSource::pod_cidr;
}

// Our vtep was published and is now another's: a second writer. With two hosts under one Node name each would undo
// the other's for ever, so the answer gets slower and a person is told.
void LeaseProtocol::Machine::watch_foreign_vtep(const NodeRecord& before) {
  if (!published_ || !vtep_ || before.vtep != vtep_ || own_->vtep == vtep_) return;
  published_ = false;
  if (++overwrites_ < 2) return;
  emit_event(LeaseEventReason::conflict,
             fmt::format("somebody else writes the vtep of Node {}: do two hosts run under this name?", config_.node));
  if (awaited_ == 0) arm(backoff(overwrites_));
}

void LeaseProtocol::Machine::held_answered(const lease_input::PatchDone& answer) {
  using lease_input::PatchOutcome;
  if (answer.outcome == PatchOutcome::applied) {
    if (own_->lease && own_->lease->source != local_->lease.source && same_lease(own_->lease, local_->lease)) {
      local_->lease.source = own_->lease->source;
      emit(lease_action::Held{*local_});
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
  const Subnets subnets = local_->lease.subnets;
  local_.reset();
  attempt_.reset();
  wins_ = {};
  config_.preferred = {};
  pods_gone_ = false;
  phase_ = LeaseState::evicted;
  emit(lease_action::Evicted{subnets, reason});
  emit_event(LeaseEventReason::lost, fmt::format("lost {}: {}", subnets.to_string(), reason));
  idle();
}

}  // namespace weft
