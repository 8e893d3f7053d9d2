// WON: from claim to lease. The PATCH is guarded by the last version that is known to carry the claim since it was
// judged, so a claim that was taken out in between, even if it was put back, cannot become a lease.
#include "subnet/lease_machine.h"

namespace weft {

using namespace std::chrono_literals;

void LeaseProtocol::Machine::won() {
  phase_ = LeaseState::won;
  expected_ = Lease{.uid = attempt_->claim.uid, .subnets = wins_.subnets(), .source = attempt_->source};
  if (wins_.v4) expected_.rev4 = wins_.v4->revision;
  if (wins_.v6) expected_.rev6 = wins_.v6->revision;
  confirm();
}

void LeaseProtocol::Machine::confirm() {
  confirm_base_ = wins_.through;
  abandon_request();
  if (!vtep_) return disarm();
  // A newer version is known: its event is on its way, and tells whether the claim is still there.
  if (own_->revision > wins_.through) return arm(10s);
  NodePatch patch = patch_of(*own_);
  patch.revision = wins_.through;
  patch.claim = AnnotationChange<Claim>::removed();
  patch.lease = AnnotationChange<Lease>::to(expected_);
  patch.vtep = AnnotationChange<Vtep>::to(*vtep_);
  patch_own(std::move(patch));
  arm(10s);
}

bool LeaseProtocol::Machine::is_confirmed(const NodeRecord& own) const {
  return own.uid == expected_.uid && own.lease == expected_;
}

void LeaseProtocol::Machine::confirm_answered(const lease_input::PatchDone& answer) {
  switch (answer.outcome) {
    case lease_input::PatchOutcome::applied:
      if (is_confirmed(answer.record)) return confirmed();
      emit(lease_action::Problem{
          fmt::format("the lease of Node {} was rewritten on its way: look for an admission webhook", config_.node)});
      return restart_later();
    case lease_input::PatchOutcome::conflict:
    case lease_input::PatchOutcome::unknown:
      return arm(jitter(10s));
    default:
      return arm(backoff(++failures_));
  }
}

void LeaseProtocol::Machine::won_event(const NodeRecord& version) {
  if (version.revision <= confirm_base_) return;
  if (is_confirmed(version)) return confirmed();
  const bool stands = wins_.any() && version.claim == attempt_->claim;
  return stands ? confirm() : restart();
}

void LeaseProtocol::Machine::won_listed(const NodeRecord& version) {
  if (version.revision < confirm_base_) return;  // an old list: the events to come tell
  if (is_confirmed(version)) return confirmed();
  if (version.claim != attempt_->claim) return restart();
  if (!wins_.any()) return judge_by_list(version.revision);  // written in between, unseen
  if (awaited_ == 0) confirm();
}

void LeaseProtocol::Machine::won_after_get() {
  if (is_confirmed(*own_)) return confirmed();
  if (own_->claim != attempt_->claim) return restart();
  confirm();
}

void LeaseProtocol::Machine::confirmed() {
  hold(expected_);
  emit_event(lease_action::LeaseEventReason::leased,
             fmt::format("leased {} ({})", expected_.subnets.to_string(), to_string(expected_.source)));
}

}  // namespace weft
