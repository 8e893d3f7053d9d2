#include "subnet/lease_machine.h"

#include "subnet/lease_judge.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace weft {

namespace {

template <class Part>
auto& sure(Part& part, const char* what, LeaseState state) {
  if (!part) {
    fmt::print(stderr, "lease protocol: {} without {}: a fault in weftd, please report it\n", to_string(state), what);
    std::abort();
  }
  return *part;
}

}  // namespace

LeaseProtocol::Machine::Machine(LeaseConfig config, const LeaseSet& nodes)
    : config_(std::move(config)), nodes_(nodes), random_(config_.seed), quarantine_(config_.quarantine) {}

LeaseActions LeaseProtocol::Machine::step(const LeaseInput& input, LeaseTime now) {
  now_ = now;
  out_.clear();
  std::visit([this](const auto& known) { on(known); }, input);
  if (phase_ == LeaseState::held && holding_.verify_due) verify_held();
  if (phase_ == LeaseState::held && awaited_ == 0 && watch_contradicts()) get_own();
  return std::exchange(out_, {});
}

const NodeRecord& LeaseProtocol::Machine::own_node() const { return sure(own_, "the own Node", phase_); }
LeaseProtocol::Machine::Attempt& LeaseProtocol::Machine::claiming() { return sure(attempt_, "a claim", phase_); }
LocalLease& LeaseProtocol::Machine::in_use() { return sure(local_, "a lease", phase_); }

LeaseState LeaseProtocol::Machine::state() const {
  return local_ && phase_ != LeaseState::held ? LeaseState::suspect : phase_;
}

void LeaseProtocol::Machine::on(const lease_input::Start& /*input*/) {
  set_watch(true);
  restart();
}

void LeaseProtocol::Machine::on(const lease_input::ListApplied& input) {
  broken_ = false;
  quarantine_vanished();
  const auto own = nodes_.find(config_.node);
  // Answers to our own writes may overtake a list; what was seen before the list was asked for may not.
  const bool went_back = input.revision < seen_at_break_ || (own && own->revision < own_at_break_);
  if (input.quorum && went_back) {
    rolled_back(own ? &*own : nullptr);
  } else if (own) {
    own_listed(*own);
  } else if (own_ && own_->revision <= input.revision) {
    own_missing("the Node was deleted");
  } else if (phase_ == LeaseState::held) {
    get_own();
  } else if (phase_ == LeaseState::start) {
    restart();
  }
  holding_.verify_due = true;
}

void LeaseProtocol::Machine::on(const lease_input::NodeChanged& input) {
  const auto node = nodes_.find(input.name);
  if (!node) return;
  if (input.name == config_.node) return own_event(*node);
  if (phase_ == LeaseState::exhausted && !node->claim && !node->lease) hasten();
  if (phase_ != LeaseState::held || holding_.verify_due) return;
  if (const auto conflict = stronger_lease(*node, in_use().lease))
    suspect(fmt::format("Node {} holds {} with an earlier claim", conflict->node, conflict->block.to_string()));
}

void LeaseProtocol::Machine::on(const lease_input::NodeDeleted& input) {
  if (input.last.name == config_.node) {
    if (!own_ || own_->revision < input.last.revision) own_missing("the Node was deleted");
    return;
  }
  remember_freed(input.last);
  if (phase_ == LeaseState::exhausted) hasten();
}

void LeaseProtocol::Machine::on(const lease_input::StreamBroken& /*input*/) {
  if (broken_) return;
  broken_ = true;
  remember_occupied();
  // From the old watch alone, which ended before the list was asked for; answers to requests may be newer than it.
  seen_at_break_ = nodes_.revision();
  const auto own = nodes_.find(config_.node);
  own_at_break_ = own ? own->revision : 0;
}

void LeaseProtocol::Machine::on(const lease_input::PatchDone& input) {
  if (!answers(input.id)) return;
  if (input.outcome == lease_input::PatchOutcome::applied) {
    failures_ = 0;
    adopt(input.record);
  }
  if (input.outcome == lease_input::PatchOutcome::not_found) return own_missing("the Node does not exist");
  if (input.outcome == lease_input::PatchOutcome::invalid || input.outcome == lease_input::PatchOutcome::forbidden)
    emit(lease_action::Problem{input.error});
  switch (phase_) {
    case LeaseState::claim:
      return claim_answered(input);
    case LeaseState::won:
      return confirm_answered(input);
    case LeaseState::held:
      return held_answered(input);
    default:
      return idle_answered(input);
  }
}

void LeaseProtocol::Machine::on(const lease_input::GetDone& input) {
  if (!answers(input.id)) return;
  if (input.outcome == lease_input::ReadOutcome::not_found) return own_missing("the Node does not exist");
  if (input.outcome != lease_input::ReadOutcome::done) return read_failed(input.outcome, input.error);
  if (input.record.revision < own_at_get_) return rolled_back(&input.record);
  adopt(input.record);
  got_own();
}

void LeaseProtocol::Machine::on(const lease_input::ListDone& input) {
  if (!answers(input.id)) return;
  // A compacted revision is gone for good; a later state that contains the claim judges it as well.
  if (input.outcome == lease_input::ReadOutcome::gone) return list_nodes(std::nullopt);
  if (input.outcome != lease_input::ReadOutcome::done) return read_failed(input.outcome, input.error);
  if (list_exact_ && *list_exact_ != input.revision) return arm(backoff(++failures_));
  judge_list(input.records, input.revision);
}

void LeaseProtocol::Machine::on(const lease_input::TimerFired& /*input*/) {
  if (!deadline_) return;
  if (now_ < *deadline_) return emit(lease_action::ArmTimer{*deadline_});
  deadline_.reset();
  abandon_request();
  on_deadline();
}

void LeaseProtocol::Machine::on(const lease_input::VtepKnown& input) {
  if (vtep_ == input.vtep) return;
  vtep_ = input.vtep;
  holding_.published = false;
  if (local_) local_->vtep = input.vtep;
  if (phase_ == LeaseState::held) {
    emit(lease_action::Held{in_use()});
    maintain();
  } else if (phase_ == LeaseState::won && awaited_ == 0) {
    confirm();
  } else if (phase_ == LeaseState::verify) {
    restart();
  }
}

void LeaseProtocol::Machine::on(const lease_input::PodsGone& /*input*/) {
  if (phase_ != LeaseState::evicted) return;
  pods_gone_ = true;
  if (awaited_ == 0) idle();
}

}  // namespace weft
