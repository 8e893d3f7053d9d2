#include "test/sim/network.h"

#include "test/sim/describe.h"

#include <utility>

namespace weft::sim {

using lease_input::PatchOutcome;
using lease_input::ReadOutcome;

Network::Network(Store& store, std::vector<Daemon>& daemons, Invariants& invariants, const Trace& trace,
                 SplitMix64& random, Sabotage sabotage)
    : store_(store), daemons_(daemons), invariants_(invariants), trace_(trace), random_(random), sabotage_(sabotage) {}

void Network::send(std::size_t daemon, const LeaseActions& actions) {
  for (const LeaseAction& action : actions) {
    const auto* patch = std::get_if<lease_action::PatchOwnNode>(&action);
    if (patch != nullptr) invariants_.check_patch(daemons_[daemon], patch->patch);
    const bool is_request = patch != nullptr || std::holds_alternative<lease_action::GetOwnNode>(action) ||
                            std::holds_alternative<lease_action::ListNodes>(action);
    if (!is_request) continue;
    Request request;
    request.daemon = daemon;
    request.incarnation = daemons_[daemon].incarnation();
    request.action = action;
    requests_.push_back(std::move(request));
  }
}

LeaseActions Network::advance(unsigned loss, LeaseTime now, std::size_t* daemon) {
  const std::size_t index = random_.below(requests_.size());
  std::swap(requests_[index], requests_.back());
  Request request = std::move(requests_.back());
  requests_.pop_back();
  *daemon = request.daemon;

  if (request.executed) {
    if (random_.below(100) < loss / 4) requests_.push_back(request);  // the answer comes twice
    return deliver(request, request.answer, now);
  }
  const bool astray = random_.below(100) < loss;
  if (request.abandoned) {
    if (!astray) execute(request);
    return {};
  }
  if (!astray) {
    execute(request);
    if (random_.below(100) < loss / 4) {  // and once more, later
      Request again = request;
      again.executed = false;
      again.abandoned = true;
      requests_.push_back(std::move(again));
    }
    requests_.push_back(std::move(request));
    return {};
  }
  const auto fate = random_.below(4);
  const LeaseInput lost = lost_answer(request);
  if (fate == 0) execute(request);  // done, but the answer is lost
  if (fate <= 1) {
    request.abandoned = true;
    request.executed = false;
    requests_.push_back(request);
  }
  return deliver(request, lost, now);
}

void Network::drop_all() {
  for (Request& request : requests_) {
    request.answer = lost_answer(request);
    request.executed = true;
  }
}

void Network::execute(Request& request) {
  request.answer = std::visit(
      [&](const auto& action) -> LeaseInput {
        if constexpr (requires { execute(request, action); }) {
          return execute(request, action);
        } else {
          return lease_input::TimerFired{};
        }
      },
      request.action);
  request.executed = true;
  request.epoch = store_.epoch();
}

LeaseInput Network::execute(const Request& request, const lease_action::GetOwnNode& action) {
  const NodeRecord* node = store_.find(daemons_[request.daemon].name());
  if (node == nullptr) return lease_input::GetDone{action.id, ReadOutcome::not_found, {}, {}};
  return lease_input::GetDone{action.id, ReadOutcome::done, *node, {}};
}

LeaseInput Network::execute(const Request& request, const lease_action::ListNodes& action) {
  const Revision revision = action.exact.value_or(store_.revision());
  auto records = revision > store_.revision() ? std::nullopt : store_.list(revision);
  if (!records) return lease_input::ListDone{action.id, ReadOutcome::gone, {}, 0, {}};
  records = daemons_[request.daemon].as_seen(std::move(*records), random_);
  return lease_input::ListDone{action.id, ReadOutcome::done, std::move(*records), revision, {}};
}

LeaseInput Network::execute(const Request& request, const lease_action::PatchOwnNode& action) {
  const std::string& name = daemons_[request.daemon].name();
  const NodeRecord* found = store_.find(name);
  const NodeRecord before = found != nullptr ? *found : NodeRecord{};
  const PatchStatus status = store_.patch(name, action.patch, is_guarded(action.patch));
  trace_.line("  server: {} #{}{} by {}", status == PatchStatus::applied ? "applied" : "refused", action.id,
              describe(action.patch), name);
  lease_input::PatchDone done{action.id, PatchOutcome::applied, {}, {}};
  switch (status) {
    case PatchStatus::applied:
      invariants_.check_guard(action.patch, before);
      invariants_.check_confirmation(action.patch, before);
      invariants_.check_leases();
      [[fallthrough]];
    case PatchStatus::unchanged:
      done.record = *store_.find(name);
      break;
    case PatchStatus::conflict:
      done.outcome = PatchOutcome::conflict;
      break;
    case PatchStatus::not_found:
      done.outcome = PatchOutcome::not_found;
      break;
    case PatchStatus::invalid:
      done.outcome = PatchOutcome::invalid;
      break;
  }
  return done;
}

LeaseInput Network::lost_answer(const Request& request) const {
  if (const auto* patch = std::get_if<lease_action::PatchOwnNode>(&request.action))
    return lease_input::PatchDone{patch->id, PatchOutcome::unknown, {}, "lost"};
  if (const auto* get = std::get_if<lease_action::GetOwnNode>(&request.action))
    return lease_input::GetDone{get->id, ReadOutcome::failed, {}, "lost"};
  return lease_input::ListDone{
      std::get<lease_action::ListNodes>(request.action).id, ReadOutcome::failed, {}, 0, "lost"};
}

LeaseActions Network::deliver(const Request& request, const LeaseInput& answer, LeaseTime now) {
  Daemon& daemon = daemons_[request.daemon];
  if (!daemon.running() || daemon.incarnation() != request.incarnation) return {};
  if (const auto* done = std::get_if<lease_input::PatchDone>(&answer))
    trace_.line("  {} gets #{}: {}", daemon.name(), done->id, describe(done->outcome));
  const LeaseRequestId awaited = daemon.last_get();
  LeaseActions actions = daemon.give(answer, now);
  const auto* get = std::get_if<lease_input::GetDone>(&answer);
  if (get != nullptr && get->id == awaited && get->outcome != ReadOutcome::failed && request.epoch == store_.epoch())
    daemon.saw_epoch(request.epoch);
  return actions;
}

bool Network::is_guarded(const NodePatch& patch) const {
  if (sabotage_ == Sabotage::no_revision && patch.claim.kind == AnnotationChange<Claim>::Kind::set) return false;
  return sabotage_ != Sabotage::unguarded_confirm || patch.lease.kind != AnnotationChange<Lease>::Kind::set;
}

}  // namespace weft::sim
