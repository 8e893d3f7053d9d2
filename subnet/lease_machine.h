// The inside of LeaseProtocol (lease_protocol.h). Private: include from lease_machine*.cpp only.
//
// lease_machine.cpp          inputs
// lease_machine_requests.cpp requests, time and notices
// lease_machine_own.cpp      the own Node, and what each state makes of news of it
// lease_machine_start.cpp    START, VERIFY: what the own Node says, and where to go from there
// lease_machine_claim.cpp    CLAIM, WAIT: a claim on its way into the log
// lease_machine_judge.cpp    JUDGE_LIST, LOST: what became of it
// lease_machine_confirm.cpp  WON: from claim to lease
// lease_machine_held.cpp     HELD, SUSPECT, EVICTED
// lease_machine_idle.cpp     PICK, EXHAUSTED, EVICTED: waiting with nothing claimed
//
// At most one request is awaited at a time; asking again, or getting what it was for from the watch, abandons it.
#pragma once

#include "subnet/lease_protocol.h"
#include "subnet/lease_quarantine.h"
#include "subnet/lease_set.h"
#include "subnet/lease_target.h"
#include "subnet/lease_wins.h"
#include "subnet/split_mix.h"

namespace weft {

class LeaseProtocol::Machine {
 public:
  Machine(LeaseConfig config, const LeaseSet& nodes);

  LeaseActions step(const LeaseInput& input, LeaseTime now);
  [[nodiscard]] LeaseState state() const;
  [[nodiscard]] const std::optional<LocalLease>& local() const { return local_; }

 private:
  using Milliseconds = std::chrono::milliseconds;

  // One claim, from the PATCH that writes it to the one that makes it a lease.
  struct Attempt {
    Claim claim;
    LeaseSource source = LeaseSource::claim;
    Revision base = 0;  // the version its PATCH is guarded by
    // The versions of the own Node between which the claim is known to have stood without a gap; 0: not seen yet.
    Revision shown_from = 0;
    Revision shown_through = 0;
    bool missed = false;        // first seen in a list: its place in the log is not known
    Lease lease;                // once won: what the confirming PATCH writes
    Revision confirm_base = 0;  // the version that PATCH is guarded by

    void shown_at(Revision version) { shown_from = shown_through = version; }
  };

  // What HELD knows besides the lease.
  struct Holding {
    Revision from = 0;       // the own Node's version that showed the lease
    bool verify_due = true;  // the lease is still to be compared with the others'
    bool published = false;  // the own Node had our vtep
    unsigned overwrites = 0;
  };

  // What some states are sure to have. To ask for it in another state is a fault in here, and ends the process: on a
  // wrong belief two nodes could come to use one subnet.
  [[nodiscard]] const NodeRecord& own_node() const;  // all but START and EVICTED, where it may be gone
  [[nodiscard]] Attempt& claiming();                 // CLAIM, WAIT, JUDGE_LIST, LOST, WON
  [[nodiscard]] LocalLease& in_use();                // HELD, SUSPECT

  void on(const lease_input::Start& input);
  void on(const lease_input::ListApplied& input);
  void on(const lease_input::NodeChanged& input);
  void on(const lease_input::NodeDeleted& input);
  void on(const lease_input::StreamBroken& input);
  void on(const lease_input::PatchDone& input);
  void on(const lease_input::GetDone& input);
  void on(const lease_input::ListDone& input);
  void on(const lease_input::TimerFired& input);
  void on(const lease_input::VtepKnown& input);
  void on(const lease_input::PodsGone& input);

  // Requests and time.
  void get_own();
  void list_nodes(std::optional<Revision> exact);
  void read_failed(lease_input::ReadOutcome outcome, const std::string& error);
  void patch_own(NodePatch patch);
  [[nodiscard]] NodePatch patch_of(const NodeRecord& own) const;
  [[nodiscard]] bool answers(LeaseRequestId id);
  void abandon_request() { awaited_ = 0; }
  void arm(Milliseconds delay);
  void disarm() { deadline_.reset(); }
  [[nodiscard]] Milliseconds jitter(Milliseconds longest);  // uniform in [longest / 2, longest]
  [[nodiscard]] Milliseconds backoff(unsigned failures);
  void on_deadline();

  template <class Action>
  void emit(Action action) {
    out_.push_back(std::move(action));
  }
  void emit_event(lease_action::LeaseEventReason reason, const std::string& message);
  void set_watch(bool full);

  // The own Node.
  void adopt(const NodeRecord& record);  // unless a newer version is known
  void own_event(const NodeRecord& version);
  void own_listed(const NodeRecord& version);
  void own_missing(const std::string& reason);
  void got_own();
  [[nodiscard]] bool watch_contradicts() const;
  [[nodiscard]] bool synced() const { return !broken_ && nodes_.in_sync(); }

  // START, VERIFY
  void restart();
  void restart_later();
  void forget_attempt();
  void route();
  [[nodiscard]] Subnets usable_blocks(const Lease& lease) const;
  [[nodiscard]] bool covers_network(const Subnets& subnets) const;
  void keep_as_wins(const Lease& lease);
  [[nodiscard]] std::optional<Attempt> standing_attempt() const;
  void rolled_back(const NodeRecord* own);

  // CLAIM, WAIT
  void choose_and_claim();
  void send_claim(const LeaseTarget& target);
  [[nodiscard]] bool lease_may_stay() const;
  void claim_answered(const lease_input::PatchDone& answer);
  void claim_event(const NodeRecord& version);
  void claim_listed(const NodeRecord& version);
  void claim_after_get();
  void claim_again();
  void reclaim();
  void claim_mutated();

  // JUDGE_LIST, LOST
  void judge_event(const NodeRecord& version);
  void judge_by_list(Revision version);
  void judge_list(const std::vector<NodeRecord>& records, Revision revision);
  void apply_verdict(const LeaseSet& state, Revision revision);
  void lost(const Conflict& conflict);

  // WON
  void won();
  void confirm();
  [[nodiscard]] bool is_confirmed(const NodeRecord& own);
  void confirm_answered(const lease_input::PatchDone& answer);
  void won_event(const NodeRecord& version);
  void won_listed(const NodeRecord& version);
  void won_after_get();
  void confirmed();

  // HELD, SUSPECT, EVICTED
  void hold(const Lease& lease);
  void check_held();
  void verify_held();
  void maintain();
  [[nodiscard]] bool note_pod_cidr();
  void watch_foreign_vtep(const NodeRecord& before);
  void held_answered(const lease_input::PatchDone& answer);
  void suspect(const std::string& reason);
  void evict(const std::string& reason);

  // PICK, EXHAUSTED, EVICTED
  void no_target(const NoTarget& why);
  void idle();
  [[nodiscard]] NodePatch clearing_patch() const;
  void idle_answered(const lease_input::PatchDone& answer);
  void idle_event(bool changed);
  void idle_deadline();
  void hasten();

  void remember_freed(const NodeRecord& gone);
  void remember_occupied();
  void quarantine_vanished();

  LeaseConfig config_;
  const LeaseSet& nodes_;
  SplitMix64 random_;
  LeaseQuarantine quarantine_;

  LeaseTime now_;
  LeaseActions out_;
  LeaseState phase_ = LeaseState::start;  // never SUSPECT: that is any phase but HELD with local_ set
  std::optional<NodeRecord> own_;         // the newest version known
  std::optional<Vtep> vtep_;
  std::optional<LocalLease> local_;
  std::optional<Attempt> attempt_;
  LeaseWins wins_;
  Holding holding_;

  LeaseRequestId last_id_ = 0;
  LeaseRequestId awaited_ = 0;
  std::optional<Revision> list_exact_;
  std::optional<LeaseTime> deadline_;
  std::optional<bool> watch_full_;

  bool broken_ = false;
  // What a consistent list asked for after the break, and a read asked for later, cannot fall short of.
  Revision seen_at_break_ = 0;
  Revision own_at_break_ = 0;
  Revision own_at_get_ = 0;
  LeaseTime rollback_until_ = LeaseTime::min();
  std::vector<IpPrefix> occupied_at_break_;

  std::uint64_t pick_attempt_ = 0;
  unsigned failures_ = 0;   // of requests, since a PATCH was applied
  unsigned conflicts_ = 0;  // claims that did not get into the log, in a row
  unsigned exhausted_ = 0;  // times in a row
  std::string lost_nonce_;  // a claim of ours that came second; not judged again
  bool pods_gone_ = false;
  std::optional<LeaseTime> waiting_since_;
  std::string last_event_;
};

}  // namespace weft
