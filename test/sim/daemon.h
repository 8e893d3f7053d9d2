// One daemon: the real protocol on a real LeaseSet, and a shell with a lagging watch. It can be killed at any moment.
#pragma once

#include "subnet/lease_protocol.h"
#include "subnet/lease_set.h"
#include "test/sim/scenario.h"
#include "test/sim/store.h"
#include "test/sim/trace.h"

#include <deque>
#include <memory>
#include <optional>

namespace weft::sim {

class Daemon {
 public:
  Daemon(LeaseConfig config, const Scenario& scenario, const Store& store, const Trace& trace);

  [[nodiscard]] const std::string& name() const { return config_.node; }
  [[nodiscard]] bool running() const { return process_ != nullptr; }
  // Grows with every start: answers to an earlier process go nowhere.
  [[nodiscard]] unsigned incarnation() const { return incarnation_; }
  [[nodiscard]] const LeaseProtocol& protocol() const { return process_->protocol; }
  [[nodiscard]] const LeaseSet& nodes() const { return process_->nodes; }
  [[nodiscard]] const LeaseConfig& config() const { return config_; }
  [[nodiscard]] std::optional<LeaseTime> timer() const { return running() ? process_->timer : std::nullopt; }

  [[nodiscard]] LeaseActions fire_timer(LeaseTime now);

  // Each returns the requests that were asked for.
  [[nodiscard]] LeaseActions start(std::uint64_t seed, LeaseTime now);
  void kill();
  [[nodiscard]] LeaseActions give(const LeaseInput& input, LeaseTime now);

  // The watch.
  [[nodiscard]] bool watching() const { return position().has_value(); }
  [[nodiscard]] bool has_news() const;
  void break_watch(LeaseTime now);
  [[nodiscard]] bool wants_other_watch() const;
  void take_list(bool quorum, Revision revision);  // the server answers
  [[nodiscard]] bool has_list() const { return running() && process_->list.has_value(); }
  [[nodiscard]] LeaseActions apply_list(LeaseTime now);        // the answer arrives
  [[nodiscard]] LeaseActions apply_next_event(LeaseTime now);  // or the stream breaks, if it is compacted
  [[nodiscard]] std::vector<NodeRecord> as_seen(std::vector<NodeRecord> records, SplitMix64& random) const;

  [[nodiscard]] LeaseActions change_vtep(LeaseTime now);
  // Evicted, and pods of the lost blocks still run.
  [[nodiscard]] bool pods_left() const { return process_->pods_left; }
  [[nodiscard]] LeaseActions let_pods_go(LeaseTime now);
  // The rollbacks it had a chance to notice.
  [[nodiscard]] unsigned epoch() const { return process_->epoch; }
  [[nodiscard]] LeaseRequestId last_get() const { return process_->last_get; }
  void saw_epoch(unsigned epoch) { process_->epoch = epoch; }

 private:
  struct PendingList {
    std::vector<NodeRecord> records;
    Revision revision = 0;
    bool quorum = true;
    bool full = true;
    unsigned epoch = 0;
  };
  struct Process {
    explicit Process(LeaseConfig config) : protocol(std::move(config), nodes) {}
    LeaseSet nodes;
    LeaseProtocol protocol;
    std::optional<LeaseTime> timer;
    std::optional<Revision> position;  // of the watch
    std::optional<PendingList> list;
    bool told = true;        // that the watch is broken, if it is
    bool full = true;        // the watch as it is
    bool wants_full = true;  // as it should be
    unsigned epoch = 0;
    LeaseRequestId last_get = 0;
    bool pods_left = false;
    std::deque<Version> withheld;  // Sabotage::stale_judging
  };

  [[nodiscard]] std::optional<Revision> position() const { return running() ? process_->position : std::nullopt; }
  void note(const LeaseActions& actions);
  [[nodiscard]] NodeRecord as_seen(NodeRecord record) const;
  [[nodiscard]] LeaseActions apply(const Version& version, LeaseTime now);

  LeaseConfig config_;
  Sabotage sabotage_;
  bool late_break_;
  const Store& store_;
  const Trace& trace_;
  std::unique_ptr<Process> process_;
  unsigned incarnation_ = 0;
  std::uint16_t vtep_port_ = 1;
};

}  // namespace weft::sim
