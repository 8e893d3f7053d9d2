// What is known of the own Node, and what each state makes of news of it.
#include "subnet/lease_machine.h"

#include <algorithm>
#include <utility>

namespace weft {

using namespace std::chrono_literals;

namespace {

// An idle node starts anew when one of these changed in its own Node.
bool matters_changed(const std::optional<NodeRecord>& before, const NodeRecord& after) {
  return !before || before->uid != after.uid || before->claim != after.claim || before->lease != after.lease ||
         before->pod_cidrs != after.pod_cidrs || before->reserved != after.reserved;
}

}  // namespace

void LeaseProtocol::Machine::adopt(const NodeRecord& record) {
  if (own_ && record.revision < own_->revision) return;
  // podCIDRs are written once: a record without spec (metadata only) does not take back what is known.
  std::vector<IpPrefix> known;
  if (own_ && own_->uid == record.uid && !record.has_spec) known = std::move(own_->pod_cidrs);
  own_ = record;
  if (!known.empty()) own_->pod_cidrs = std::move(known);
}

void LeaseProtocol::Machine::own_event(const NodeRecord& version) {
  const bool newest = !own_ || version.revision >= own_->revision;
  const bool changed = newest && matters_changed(own_, version);
  const std::optional<NodeRecord> before = own_;
  adopt(version);
  wins_.follow(version);
  switch (phase_) {
    case LeaseState::claim:
    case LeaseState::wait:
    case LeaseState::judge_list:
      return claim_event(version);
    case LeaseState::won:
      return won_event(version);
    case LeaseState::held:
      if (before && newest) watch_foreign_vtep(*before);
      return newest ? check_held() : void();
    case LeaseState::start:
      if (!before && awaited_ == 0) restart();
      return;
    case LeaseState::verify:
      return changed ? restart() : void();
    case LeaseState::pick:
    case LeaseState::evicted:
    case LeaseState::exhausted:
      return idle_event(changed);
    default:
      return;
  }
}

void LeaseProtocol::Machine::own_listed(const NodeRecord& version) {
  adopt(version);
  wins_.jump(version);
  switch (phase_) {
    case LeaseState::claim:
    case LeaseState::wait:
    case LeaseState::judge_list:
      return claim_listed(version);
    case LeaseState::won:
      return won_listed(version);
    case LeaseState::held:
      check_held();
      // Older than an answer we had: taken before that, or the store went back since.
      if (phase_ == LeaseState::held && version.revision < own_node().revision) get_own();
      return;
    case LeaseState::pick:
    case LeaseState::evicted:
    case LeaseState::exhausted:
      return idle_event(true);
    default:
      return restart();
  }
}

// The watch is past the newest version known of the own Node and has not brought it: after a list from a cache
// this is how a store that was rolled back looks.
bool LeaseProtocol::Machine::watch_contradicts() const {
  if (!synced() || !own_ || nodes_.revision() <= own_->revision) return false;
  const auto own = nodes_.find(config_.node);
  return !own || own->revision < own_->revision;
}

void LeaseProtocol::Machine::own_missing(const std::string& reason) {
  own_.reset();
  forget_attempt();
  abandon_request();
  if (phase_ == LeaseState::held) suspect(reason);
  if (phase_ == LeaseState::evicted) return idle();
  phase_ = LeaseState::start;
  arm(jitter(10s));
}

void LeaseProtocol::Machine::got_own() {
  switch (phase_) {
    case LeaseState::wait:
      return claim_after_get();
    case LeaseState::won:
      return won_after_get();
    case LeaseState::held:
      return check_held();
    case LeaseState::pick:
    case LeaseState::evicted:
    case LeaseState::exhausted:
      return idle();
    case LeaseState::start:
      return synced() ? route() : disarm();  // then the list to come goes on
    default:
      return restart();
  }
}

}  // namespace weft
