// Requests, time and notices.
#include "subnet/lease_machine.h"

#include <algorithm>
#include <utility>

namespace weft {

using namespace std::chrono_literals;

namespace {

constexpr auto kAnswerPatience = 40s;  // a shell that loses an answer must not stop the protocol
// Then the present state will do: a store may be unable to list the past in time (kine, etcd under load).
constexpr unsigned kPatientLists = 4;

}  // namespace

void LeaseProtocol::Machine::get_own() {
  own_at_get_ = own_ ? own_->revision : 0;
  awaited_ = ++last_id_;
  emit(lease_action::GetOwnNode{awaited_});
  arm(kAnswerPatience);
}

void LeaseProtocol::Machine::list_nodes(std::optional<Revision> exact) {
  list_exact_ = exact;
  awaited_ = ++last_id_;
  emit(lease_action::ListNodes{awaited_, exact});
  arm(kAnswerPatience);
}

void LeaseProtocol::Machine::patch_own(NodePatch patch) {
  awaited_ = ++last_id_;
  emit(lease_action::PatchOwnNode{awaited_, std::move(patch)});
}

// While the watch cannot be had either, its own failure is the one worth telling.
void LeaseProtocol::Machine::read_failed(lease_input::ReadOutcome outcome, const std::string& error) {
  if (outcome == lease_input::ReadOutcome::refused && synced()) emit(lease_action::Problem{error});
  arm(backoff(++failures_));
}

NodePatch LeaseProtocol::Machine::patch_of(const NodeRecord& own) const {
  NodePatch patch;
  patch.revision = own.revision;
  patch.uid = own.uid;
  return patch;
}

bool LeaseProtocol::Machine::answers(LeaseRequestId id) {
  if (id == 0 || id != awaited_) return false;
  awaited_ = 0;
  disarm();
  return true;
}

void LeaseProtocol::Machine::arm(Milliseconds delay) {
  deadline_ = now_ + delay;
  emit(lease_action::ArmTimer{*deadline_});
}

LeaseProtocol::Machine::Milliseconds LeaseProtocol::Machine::jitter(Milliseconds longest) {
  const auto half = static_cast<std::uint64_t>(longest.count()) / 2;
  return longest - Milliseconds(random_.below(half + 1));
}

LeaseProtocol::Machine::Milliseconds LeaseProtocol::Machine::backoff(unsigned failures) {
  const Milliseconds longest = 800ms * (1U << std::min(failures, 6U));
  return jitter(std::min<Milliseconds>(longest, 30s));
}

void LeaseProtocol::Machine::on_deadline() {
  switch (phase_) {
    case LeaseState::claim:
      phase_ = LeaseState::wait;
      return get_own();
    case LeaseState::wait:
    case LeaseState::won:
    case LeaseState::held:
      return get_own();
    case LeaseState::judge_list:
      return list_nodes(failures_ < kPatientLists ? list_exact_ : std::nullopt);
    case LeaseState::pick:
    case LeaseState::evicted:
    case LeaseState::exhausted:
      return idle_deadline();
    default:
      return restart();
  }
}

void LeaseProtocol::Machine::emit_event(lease_action::LeaseEventReason reason, const std::string& message) {
  if (message == last_event_) return;  // said already, and nothing has changed since
  last_event_ = message;
  emit(lease_action::NodeEvent{reason, message});
}

void LeaseProtocol::Machine::set_watch(bool full) {
  if (watch_full_ == full) return;
  watch_full_ = full;
  emit(lease_action::SetWatch{full});
}

}  // namespace weft
