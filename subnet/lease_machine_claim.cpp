// CLAIM and WAIT: a claim on its way into the log.
//
// Whether a claim was written is decided by the watch, never by the answer to its PATCH: the PATCH is guarded by a
// version of the own Node, so the first version after that one either carries the claim's nonce, or the PATCH
// is dead and can never apply any more.
#include "subnet/lease_machine.h"

#include <fmt/format.h>

namespace weft {

using namespace std::chrono_literals;

namespace {

constexpr auto kEventPatience = 10s;  // then the own Node is read
constexpr unsigned kPatientConflicts = 5;

}  // namespace

void LeaseProtocol::Machine::choose_and_claim() {
  const auto avoid = quarantine_.blocks(now_);
  const auto target = choose_target({.config = config_,
                                     .nodes = nodes_,
                                     .own = *own_,
                                     .kept = wins_.subnets(),
                                     .avoid = avoid,
                                     .attempt = pick_attempt_});
  if (!target) return no_target(target.error());
  waiting_since_.reset();
  send_claim(*target);
}

void LeaseProtocol::Machine::send_claim(const LeaseTarget& target) {
  // Between `through` and a newer version the watch has not brought yet, the won blocks may have been missing.
  if (wins_.any() && wins_.through != own_->revision) wins_ = {};

  Attempt attempt;
  attempt.claim = Claim{own_->uid, fmt::format("{:016x}", random_.next()), target.subnets};
  attempt.source = target.source;
  attempt.base = own_->revision;
  NodePatch patch = patch_of(*own_);
  patch.claim = AnnotationChange<Claim>::to(attempt.claim);
  if (own_->lease && !lease_may_stay()) patch.lease = AnnotationChange<Lease>::removed();
  attempt_ = std::move(attempt);
  phase_ = LeaseState::claim;
  patch_own(std::move(patch));
  arm(kEventPatience);
}

// A lease that backs the wins goes on being routed to while another family is claimed; any other is void, and
// would only block the others.
bool LeaseProtocol::Machine::lease_may_stay() const {
  if (own_->lease->uid != own_->uid) return false;
  bool stays = wins_.any();
  for (const Family family : kFamilies) {
    const auto& block = own_->lease->subnets.of(family);
    const auto& win = wins_.of(family);
    if (block && (!win || win->block != *block)) stays = false;
  }
  return stays;
}

void LeaseProtocol::Machine::claim_answered(const lease_input::PatchDone& answer) {
  switch (answer.outcome) {
    case lease_input::PatchOutcome::applied:
      if (answer.record.claim != attempt_->claim) return claim_mutated();
      [[fallthrough]];
    case lease_input::PatchOutcome::unknown:
      phase_ = LeaseState::wait;
      return arm(kEventPatience);
    case lease_input::PatchOutcome::conflict:  // what overtook us is about to show in the watch
      phase_ = LeaseState::wait;
      return arm(jitter(2s));
    default:
      return restart_later();
  }
}

// A live event of the own Node while a claim is under way.
void LeaseProtocol::Machine::claim_event(const NodeRecord& version) {
  Attempt& attempt = *attempt_;
  if (version.uid != attempt.claim.uid) return version.revision > attempt.base ? restart() : void();
  if (!version.claim || version.claim->nonce != attempt.claim.nonce) {
    if (version.revision <= attempt.base) return;  // older than the claim
    return attempt.shown_from != 0 ? restart() : reclaim();
  }
  if (*version.claim != attempt.claim) return claim_mutated();
  conflicts_ = 0;
  if (attempt.missed) {
    if (attempt.shown_through < version.revision) attempt.shown_through = version.revision;
    return;
  }
  judge_event(version);
}

// The watch was lost and has begun anew.
void LeaseProtocol::Machine::claim_listed(const NodeRecord& version) {
  Attempt& attempt = *attempt_;
  const bool shown = version.claim && version.claim->nonce == attempt.claim.nonce;
  if (version.uid != attempt.claim.uid || (shown && *version.claim != attempt.claim)) return restart();
  if (shown) {
    if (attempt.missed && version.revision <= attempt.shown_through) return;  // being judged, and nothing new
    return judge_by_list(version.revision);
  }
  if (version.revision <= attempt.base || version.revision < attempt.shown_through) return;  // an old list
  return attempt.shown_from != 0 ? restart() : reclaim();
}

// No event in time. The own Node, read without a cache, tells whether the claim is there.
void LeaseProtocol::Machine::claim_after_get() {
  Attempt& attempt = *attempt_;
  if (own_->uid != attempt.claim.uid) return restart();
  if (own_->claim && own_->claim->nonce == attempt.claim.nonce) {
    if (*own_->claim != attempt.claim) return claim_mutated();
    return judge_by_list(own_->revision);
  }
  reclaim();
}

// In use but not in the own Node any more: the same blocks again, whatever the sources say.
void LeaseProtocol::Machine::claim_again() {
  LeaseTarget target{.subnets = usable_blocks(local_->lease), .source = local_->lease.source};
  send_claim(target);
}

// The claim was not written, and can only be written later if the own Node is still at the version it was computed
// from; then either of the two is, and the other is dead.
void LeaseProtocol::Machine::reclaim() {
  if (++conflicts_ > kPatientConflicts) return restart_later();
  if (!synced()) return restart();
  if (wins_.any()) return choose_and_claim();
  route();
}

void LeaseProtocol::Machine::claim_mutated() {
  emit(lease_action::Problem{
      fmt::format("the claim of Node {} was rewritten on its way: look for an admission webhook or another writer of "
                  "its annotations",
                  config_.node)});
  restart_later();
}

}  // namespace weft
