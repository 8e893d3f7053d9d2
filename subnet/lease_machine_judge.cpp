// JUDGE_LIST and LOST: what became of a claim.
#include "subnet/lease_judge.h"
#include "subnet/lease_machine.h"

namespace weft {

using namespace std::chrono_literals;

// The event that wrote the claim has just been applied: the set of all Nodes is in the state at its revision.
void LeaseProtocol::Machine::judge_event(const NodeRecord& version) {
  const bool exact = synced() && nodes_.revision() == version.revision && can_judge(nodes_, config_.node);
  if (!exact) return judge_by_list(version.revision);
  abandon_request();
  claiming().shown_at(version.revision);
  apply_verdict(nodes_, version.revision);
}

// The claim stands in `version` of the own Node, but its place in the watch was missed. A list of that moment
// judges it more strictly: claims that came later and lost may still be in the way.
void LeaseProtocol::Machine::judge_by_list(Revision version) {
  Attempt& attempt = claiming();
  attempt.missed = true;
  attempt.shown_at(version);
  phase_ = LeaseState::judge_list;
  list_nodes(version);
}

void LeaseProtocol::Machine::judge_list(const std::vector<NodeRecord>& records, Revision revision) {
  LeaseSet state;
  state.begin_list();
  for (const NodeRecord& record : records) state.upsert(record);
  state.end_list(revision);

  Attempt& attempt = claiming();
  const auto own = state.find(config_.node);
  if (!own || own->uid != attempt.claim.uid || own->claim != attempt.claim) return restart();
  if (own->revision < attempt.shown_from) return restart_later();  // older than what is known: no consistent list
  if (!can_judge(state, config_.node)) {
    emit(lease_action::Problem{"a list of Nodes came without spec.podCIDR(s): full objects are needed to judge"});
    return restart_later();
  }
  wins_.jump(*own);  // unless the watch has followed the earlier wins up to here
  if (own->revision > attempt.shown_through) attempt.shown_at(own->revision);
  adopt(*own);
  apply_verdict(state, own->revision);
}

void LeaseProtocol::Machine::apply_verdict(const LeaseSet& state, Revision revision) {
  const Attempt& attempt = claiming();
  std::optional<Conflict> conflict;
  for (const Family family : kFamilies) {
    const auto& network = config_.network.of(family);
    const auto& block = attempt.claim.subnets.of(family);
    if (!network || !block || wins_.of(family)) continue;
    if (auto found = state.busy(*block, config_.node, network->network)) {
      conflict = std::move(found);
    } else {
      wins_.of(family) = LeaseWin{*block, revision};
    }
  }
  wins_.through = attempt.shown_through;
  return conflict ? lost(*conflict) : won();
}

void LeaseProtocol::Machine::lost(const Conflict& conflict) {
  lost_nonce_ = claiming().claim.nonce;
  phase_ = LeaseState::lost;
  if (local_ && now_ < rollback_until_) return arm(jitter(10s));
  if (local_) return evict(fmt::format("the {} came first", conflict.to_string()));
  ++pick_attempt_;
  choose_and_claim();
}

}  // namespace weft
