// The order in which a node becomes ready: lease held, kernel and firewall applied, subnet.env, conflist, condition.
//
// A state machine without I/O: step(input, now) -> actions. The CNI configuration comes last of the files, because
// its appearance makes kubelet send pods; the Node's condition comes after it. When the lease is lost the files go,
// in the reverse order. Files of an earlier life stay as they are until there is something new to say: a restart
// takes nothing away from running pods.
#pragma once

#include "daemon/data_plane.h"
#include "daemon/firewall_part.h"
#include "subnet/backoff.h"
#include "subnet/network_config.h"
#include "subnet/subnet_env.h"

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace weft {

namespace ready_input {
struct Held {
  LocalLease local;
  std::string firewall_script;  // the rules that go with it
};
struct Evicted {};
struct KernelApplied {
  ApplyReport report;
};
struct FirewallApplied {
  FirewallReport report;
};
struct FilesDone {
  std::string error;  // empty: written
};
struct ConditionDone {
  bool ok = false;
};
struct Tick {};
}  // namespace ready_input

using ReadyInput =
    std::variant<ready_input::Held, ready_input::Evicted, ready_input::KernelApplied, ready_input::FirewallApplied,
                 ready_input::FilesDone, ready_input::ConditionDone, ready_input::Tick>;

namespace ready_action {
struct WriteFiles {  // subnet.env, then the conflist; answered by FilesDone
  SubnetEnv env;
};
struct RemoveFiles {};  // the conflist, then subnet.env
struct SetCondition {   // NetworkUnavailable; answered by ConditionDone
  bool unavailable = false;
};
}  // namespace ready_action

using ReadyAction = std::variant<ready_action::WriteFiles, ready_action::RemoveFiles, ready_action::SetCondition>;

class ReadySequence {
 public:
  ReadySequence(const NetworkConfig& config, bool ip_masq, bool set_condition, RandomSource random);

  [[nodiscard]] std::vector<ReadyAction> step(const ReadyInput& input, TimePoint now);
  [[nodiscard]] TimePoint wake_at() const;

  [[nodiscard]] bool files_written() const { return files_written_; }
  // Why subnet.env or the conflist could not be written the last time; empty: they could, or it was not tried.
  [[nodiscard]] const std::string& files_error() const { return files_error_; }
  // What is still missing, for `debug health`: "the lease", "routes", …; empty when ready.
  [[nodiscard]] std::string missing() const;

 private:
  void take(const ReadyInput& input, TimePoint now);
  // What subnet.env is to say; empty while the node cannot serve pods.
  [[nodiscard]] std::optional<SubnetEnv> env() const;
  [[nodiscard]] bool kernel_ready() const { return local_ && applied_ == local_->lease.subnets; }
  [[nodiscard]] bool firewall_ready() const { return local_ && !script_.empty() && firewall_ == script_; }

  NetworkConfig config_;
  bool ip_masq_;
  bool set_condition_;
  Backoff backoff_;

  std::optional<LocalLease> local_;
  std::string script_;              // rules wanted
  std::optional<Subnets> applied_;  // subnets the kernel was last made to hold
  std::optional<PodMtu> mtu_;
  std::string firewall_;            // rules last applied
  std::optional<SubnetEnv> asked_;  // being written, or written
  bool files_written_ = false;
  std::string files_error_;  // of the last attempt
  TimePoint files_retry_ = TimePoint::max();
  std::optional<bool> condition_wanted_;
  std::optional<bool> condition_asked_;  // the value under way or set
  bool condition_pending_ = false;       // under way
  TimePoint condition_retry_ = TimePoint::max();
  bool remove_ = false;  // the files are to go
};

}  // namespace weft
