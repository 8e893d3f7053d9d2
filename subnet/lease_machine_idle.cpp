// PICK, EXHAUSTED and EVICTED: waiting. Nobody waits while holding: what is not a lease in use is taken out of the
// own Node first, or two waiters could block each other for ever.
#include "subnet/lease_machine.h"

#include <algorithm>

namespace weft {

using namespace std::chrono_literals;
using lease_action::LeaseEventReason;

namespace {

constexpr auto kAnswerPatience = 10s;
constexpr auto kPodCidrPatience = 30s;
constexpr std::size_t kMaxRemembered = 8192;

}  // namespace

void LeaseProtocol::Machine::no_target(const NoTarget& why) {
  forget_attempt();
  if (why.why == NoTarget::Why::awaits_pod_cidr) {
    phase_ = LeaseState::pick;
    if (!waiting_since_) waiting_since_ = now_;
    if (now_ - *waiting_since_ >= kPodCidrPatience) emit_event(LeaseEventReason::waiting, why.reason);
    return idle();
  }
  phase_ = LeaseState::exhausted;
  ++exhausted_;
  ++pick_attempt_;
  const bool conflict = why.why == NoTarget::Why::conflict;
  if (why.reason != last_event_) emit(lease_action::Exhausted{why.reason});
  emit_event(conflict ? LeaseEventReason::conflict : LeaseEventReason::exhausted, why.reason);
  idle();
}

NodePatch LeaseProtocol::Machine::clearing_patch() const {
  if (!own_) return {};
  NodePatch patch = patch_of(*own_);
  if (own_->claim) patch.claim = AnnotationChange<Claim>::removed();
  if (own_->lease && (phase_ == LeaseState::evicted || own_->bound_lease() == nullptr))
    patch.lease = AnnotationChange<Lease>::removed();
  return patch;
}

// Clears, or sees to it that the waiting ends.
void LeaseProtocol::Machine::idle() {
  abandon_request();
  if (NodePatch patch = clearing_patch(); !patch.empty()) {
    patch_own(std::move(patch));
    return arm(kAnswerPatience);
  }
  switch (phase_) {
    case LeaseState::pick:
      return arm(kPodCidrPatience + jitter(1s));
    case LeaseState::exhausted:
      return arm(jitter(std::min<Milliseconds>(10s * (1U << std::min(exhausted_ - 1, 3U)), 60s)));
    default:
      return pods_gone_ ? restart() : disarm();
  }
}

void LeaseProtocol::Machine::idle_answered(const lease_input::PatchDone& answer) {
  using lease_input::PatchOutcome;
  if (answer.outcome == PatchOutcome::applied) return idle();
  if (answer.outcome == PatchOutcome::conflict) return get_own();
  arm(backoff(++failures_));
}

void LeaseProtocol::Machine::idle_event(bool changed) {
  if (!changed || awaited_ != 0) return;
  if (phase_ == LeaseState::evicted) return idle();
  restart();
}

void LeaseProtocol::Machine::idle_deadline() {
  if (phase_ != LeaseState::evicted && clearing_patch().empty()) return restart();
  get_own();
}

// Something may have become free. Many wait for the same block, so not all at the same moment.
void LeaseProtocol::Machine::hasten() {
  const LeaseTime soon = now_ + jitter(2s);
  if (awaited_ != 0 || !clearing_patch().empty() || !deadline_ || *deadline_ <= soon) return;
  deadline_ = soon;
  emit(lease_action::ArmTimer{soon});
}

void LeaseProtocol::Machine::remember_freed(const NodeRecord& gone) {
  if (!gone.lease) return;
  for (const Family family : kFamilies) {
    if (const auto& block = gone.lease->subnets.of(family)) quarantine_.add(*block, now_);
  }
}

void LeaseProtocol::Machine::remember_occupied() {
  occupied_at_break_.clear();
  for (const Family family : kFamilies) {
    const auto& network = config_.network.of(family);
    if (!network) continue;
    const auto blocks = nodes_.occupied(family, config_.node, network->network);
    occupied_at_break_.insert(occupied_at_break_.end(), blocks.begin(), blocks.end());
  }
  if (occupied_at_break_.size() > kMaxRemembered) occupied_at_break_.resize(kMaxRemembered);
}

// Nodes that went away while the watch was broken leave no event.
void LeaseProtocol::Machine::quarantine_vanished() {
  const std::vector<IpPrefix> before = std::exchange(occupied_at_break_, {});
  remember_occupied();
  const std::vector<IpPrefix> now = std::exchange(occupied_at_break_, {});
  for (const IpPrefix& block : before) {
    if (!std::ranges::binary_search(now, block)) quarantine_.add(block, now_);
  }
}

}  // namespace weft
