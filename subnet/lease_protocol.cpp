#include "subnet/lease_protocol.h"

#include "subnet/lease_machine.h"

#include <utility>

namespace weft {

std::string_view to_string(LeaseMode mode) {
  switch (mode) {
    case LeaseMode::automatic:
      return "auto";
    case LeaseMode::claim:
      return "claim";
    case LeaseMode::pod_cidr:
      return "podcidr";
  }
  std::unreachable();
}

std::string_view to_string(LeaseState state) {
  switch (state) {
    case LeaseState::start:
      return "START";
    case LeaseState::pick:
      return "PICK";
    case LeaseState::claim:
      return "CLAIM";
    case LeaseState::wait:
      return "WAIT";
    case LeaseState::judge_list:
      return "JUDGE_LIST";
    case LeaseState::lost:
      return "LOST";
    case LeaseState::won:
      return "WON";
    case LeaseState::held:
      return "HELD";
    case LeaseState::suspect:
      return "SUSPECT";
    case LeaseState::evicted:
      return "EVICTED";
    case LeaseState::exhausted:
      return "EXHAUSTED";
    case LeaseState::verify:
      return "VERIFY";
  }
  std::unreachable();
}

std::string_view lease_action::to_string(LeaseEventReason reason) {
  switch (reason) {
    case LeaseEventReason::leased:
      return "SubnetLeased";
    case LeaseEventReason::conflict:
      return "SubnetConflict";
    case LeaseEventReason::lost:
      return "SubnetLost";
    case LeaseEventReason::exhausted:
      return "SubnetExhausted";
    case LeaseEventReason::waiting:
      return "SubnetWaiting";
  }
  std::unreachable();
}

LeaseProtocol::LeaseProtocol(LeaseConfig config, const LeaseSet& nodes)
    : machine_(std::make_unique<Machine>(std::move(config), nodes)) {}
LeaseProtocol::~LeaseProtocol() = default;
LeaseProtocol::LeaseProtocol(LeaseProtocol&&) noexcept = default;
LeaseProtocol& LeaseProtocol::operator=(LeaseProtocol&&) noexcept = default;

LeaseActions LeaseProtocol::step(const LeaseInput& input, LeaseTime now) { return machine_->step(input, now); }
LeaseState LeaseProtocol::state() const { return machine_->state(); }
const std::optional<LocalLease>& LeaseProtocol::local() const { return machine_->local(); }

}  // namespace weft
