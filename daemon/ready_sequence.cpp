#include "daemon/ready_sequence.h"

#include "backend/ownership.h"

#include <algorithm>
#include <utility>

namespace weft {
namespace {

constexpr std::chrono::seconds kFilesRetry{5};
constexpr std::chrono::seconds kConditionCap{30};

void add_block(std::optional<SubnetEnv::Block>& block, const std::optional<FamilyConfig>& config,
               const std::optional<IpPrefix>& subnet) {
  if (config && subnet) block = SubnetEnv::Block{config->network, *subnet};
}

}  // namespace

ReadySequence::ReadySequence(const NetworkConfig& config, bool ip_masq, bool set_condition, RandomSource random)
    : config_(config), ip_masq_(ip_masq), set_condition_(set_condition), backoff_(std::move(random)) {}

std::optional<SubnetEnv> ReadySequence::env() const {
  if (!local_ || !mtu_ || !kernel_ready() || !firewall_ready()) return std::nullopt;
  SubnetEnv env{.mtu = mtu_->link, .ipv6_mtu = mtu_->v6, .ip_masq = ip_masq_};
  add_block(env.v4, config_.v4, local_->lease.subnets.v4);
  add_block(env.v6, config_.v6, local_->lease.subnets.v6);
  const BackendConfig& backend = config_.backend;
  if (backend.type == BackendType::vxlan && env.v4) env.devices.push_back(vxlan_device_v4(backend.vni));
  if (backend.type == BackendType::vxlan && env.v6) env.devices.push_back(vxlan_device_v6(backend.vni));
  return env;
}

TimePoint ReadySequence::wake_at() const { return std::min(files_retry_, condition_retry_); }

void ReadySequence::take(const ReadyInput& input, TimePoint now) {
  if (const auto* held = std::get_if<ready_input::Held>(&input)) {
    // A Node that was deleted and registered anew has none of the old one's conditions.
    if (local_ && local_->lease.uid != held->local.lease.uid) condition_asked_.reset();
    local_ = held->local;
    script_ = held->firewall_script;
  } else if (std::holds_alternative<ready_input::Evicted>(input)) {
    local_.reset();
    asked_.reset();
    remove_ = true;
    condition_wanted_ = true;
  } else if (const auto* kernel = std::get_if<ready_input::KernelApplied>(&input)) {
    // A later failure does not take the files away: routes to other peers still work.
    if (!kernel->report.ok || !kernel->report.self) return;
    applied_ = kernel->report.self->lease.subnets;
    mtu_ = kernel->report.mtu;
  } else if (const auto* firewall = std::get_if<ready_input::FirewallApplied>(&input)) {
    if (firewall->report.ok) firewall_ = firewall->report.script;
  } else if (const auto* files = std::get_if<ready_input::FilesDone>(&input)) {
    files_written_ = files->error.empty();
    files_error_ = files->error;
    files_retry_ = files_written_ ? TimePoint::max() : now + kFilesRetry;
    if (files_written_) condition_wanted_ = false;
  } else if (const auto* condition = std::get_if<ready_input::ConditionDone>(&input)) {
    condition_pending_ = false;
    condition_retry_ = condition->ok ? TimePoint::max() : now + backoff_.fail(now, kConditionCap);
  } else {
    if (now >= files_retry_) asked_.reset();
    if (now >= condition_retry_) condition_asked_.reset();
  }
}

std::vector<ReadyAction> ReadySequence::step(const ReadyInput& input, TimePoint now) {
  take(input, now);
  std::vector<ReadyAction> actions;
  if (std::exchange(remove_, false)) {
    files_written_ = false;
    files_error_.clear();
    files_retry_ = TimePoint::max();
    actions.emplace_back(ready_action::RemoveFiles{});
  }
  if (const auto wanted = env(); wanted && asked_ != wanted) {
    asked_ = wanted;
    files_retry_ = TimePoint::max();
    actions.emplace_back(ready_action::WriteFiles{*wanted});
  }
  // One at a time: two on two connections could arrive in the wrong order.
  if (set_condition_ && !condition_pending_ && condition_wanted_ && condition_asked_ != condition_wanted_) {
    condition_asked_ = condition_wanted_;
    condition_pending_ = true;
    condition_retry_ = TimePoint::max();
    actions.emplace_back(ready_action::SetCondition{*condition_asked_});
  }
  return actions;
}

std::string ReadySequence::missing() const {
  if (!local_) return "the lease";
  if (!kernel_ready()) return "the first full apply of devices and routes";
  if (!firewall_ready()) return "the firewall rules";
  if (!files_written_) return "subnet.env and the conflist";
  return "";
}

}  // namespace weft
