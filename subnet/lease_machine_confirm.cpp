// WON: from claim to lease. The PATCH is guarded by the last version that is known to carry the claim since it was
// judged, so a claim that was taken out in between, even if it was put back, cannot become a lease.
#include "subnet/lease_machine.h"

namespace weft {

using namespace std::chrono_literals;

void LeaseProtocol::Machine::won() {
  phase_ = LeaseState::won;
  Attempt& attempt = claiming();
  attempt.lease = Lease{.uid = attempt.claim.uid, .subnets = wins_.subnets(), .source = attempt.source};
  if (wins_.v4) attempt.lease.rev4 = wins_.v4->revision;
  if (wins_.v6) attempt.lease.rev6 = wins_.v6->revision;
  confirm();
}

void LeaseProtocol::Machine::confirm() {
  Attempt& attempt = claiming();
  attempt.confirm_base = wins_.through;
  abandon_request();
  if (!vtep_) return disarm();
  // A newer version is known: its event is on its way, and tells whether the claim is still there.
  if (own_node().revision > wins_.through) return arm(10s);
  NodePatch patch = patch_of(own_node());
  patch.revision = wins_.through;
  patch.claim = AnnotationChange<Claim>::removed();
  patch.lease = AnnotationChange<Lease>::to(attempt.lease);
  patch.vtep = AnnotationChange<Vtep>::to(*vtep_);
  patch_own(std::move(patch));
  arm(10s);
}

bool LeaseProtocol::Machine::is_confirmed(const NodeRecord& own) {
  const Lease& lease = claiming().lease;
  return own.uid == lease.uid && own.lease == lease;
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
  const Attempt& attempt = claiming();
  if (version.revision <= attempt.confirm_base) return;
  if (is_confirmed(version)) return confirmed();
  const bool stands = wins_.any() && version.claim == attempt.claim;
  return stands ? confirm() : restart();
}

void LeaseProtocol::Machine::won_listed(const NodeRecord& version) {
  const Attempt& attempt = claiming();
  if (version.revision < attempt.confirm_base) return;  // an old list: the events to come tell
  if (is_confirmed(version)) return confirmed();
  if (version.claim != attempt.claim) return restart();
  if (!wins_.any()) return judge_by_list(version.revision);  // written in between, unseen
  if (awaited_ == 0) confirm();
}

void LeaseProtocol::Machine::won_after_get() {
  if (is_confirmed(own_node())) return confirmed();
  if (own_node().claim != claiming().claim) return restart();
  confirm();
}

void LeaseProtocol::Machine::confirmed() {
  const Lease lease = claiming().lease;
  hold(lease);
  emit_event(lease_action::LeaseEventReason::leased,
             fmt::format("leased {} ({})", lease.subnets.to_string(), to_string(lease.source)));
}

}  // namespace weft
