// CLAIM and WAIT: a claim on its way into the log.
//
// Whether a claim was written is decided by the watch, never by the answer to its PATCH: the PATCH is guarded by a
// version of the own Node, so the first version after that one either carries the claim's nonce, or the PATCH
// is dead and can never apply any more.
#include "subnet/lease_machine.h"

#include <fmt/format.h>

#include <algorithm>

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
                                     .own = own_node(),
                                     .kept = wins_.subnets(),
                                     .avoid = avoid,
                                     .attempt = pick_attempt_});
  if (!target) return no_target(target.error());
  waiting_since_.reset();
  send_claim(*target);
}

void LeaseProtocol::Machine::send_claim(const LeaseTarget& target) {
  const NodeRecord& own = own_node();
  // Between `through` and a newer version the watch has not brought yet, the won blocks may have been missing.
  if (wins_.any() && wins_.through != own.revision) wins_ = {};

  Attempt attempt;
  attempt.claim = Claim{own.uid, fmt::format("{:016x}", random_.next()), target.subnets};
  attempt.source = target.source;
  attempt.base = own.revision;
  NodePatch patch = patch_of(own);
  patch.claim = AnnotationChange<Claim>::to(attempt.claim);
  if (own.lease && !lease_may_stay()) patch.lease = AnnotationChange<Lease>::removed();
  attempt_ = std::move(attempt);
  phase_ = LeaseState::claim;
  patch_own(std::move(patch));
  arm(kEventPatience);
}

// A lease that backs the wins goes on being routed to while another family is claimed; any other is void, and
// would only block the others.
bool LeaseProtocol::Machine::lease_may_stay() const {
  const Lease* lease = own_node().bound_lease();
  if (lease == nullptr || !wins_.any()) return false;
  const Subnets won = wins_.subnets();
  return std::ranges::all_of(kFamilies, [&](Family family) {
    const auto& block = lease->subnets.of(family);
    return !block || block == won.of(family);
  });
}

void LeaseProtocol::Machine::claim_answered(const lease_input::PatchDone& answer) {
  switch (answer.outcome) {
    case lease_input::PatchOutcome::applied:
      if (answer.record.claim != claiming().claim) return claim_mutated();
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
  Attempt& attempt = claiming();
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
  const Attempt& attempt = claiming();
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
  const NodeRecord& own = own_node();
  const Claim& claim = claiming().claim;
  if (own.uid != claim.uid) return restart();
  if (!own.claim || own.claim->nonce != claim.nonce) return reclaim();
  if (*own.claim != claim) return claim_mutated();
  judge_by_list(own.revision);
}

// In use but not in the own Node any more: the same blocks again, whatever the sources say.
void LeaseProtocol::Machine::claim_again() {
  const Lease& lease = in_use().lease;
  send_claim({.subnets = usable_blocks(lease), .source = lease.source});
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
