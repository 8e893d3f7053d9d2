// How a node comes to hold a subnet: "first claim in the log wins" (docs/adr/0002).
//
// All Nodes share one total order of revisions. A node writes a claim into its own Node, and whether the claim won
// is a function of the state at the claim's revision: it won if no other Node had an overlapping claim, lease or
// podCIDR then. Every daemon computes the same answer, without clocks, elections or locks. A won claim becomes a
// lease by a second, guarded write, and only leases are routed to.
//
// A state machine without I/O: step(input, now) -> actions. The shell applies what the watch brings to the
// LeaseSet and calls step() right after, does the requests, and keeps one timer. Threading: that of the LeaseSet.
// Randomness comes from Config::seed alone, time from `now` alone; the same inputs give the same actions.
//
// What it keeps, whatever answers are lost, late or doubled (test/sim checks it, test/model proves the core):
//   I1  no two Nodes ever carry overlapping leases, as long as only this protocol writes leases;
//   I2  a subnet is in use only while the own Node, in its present incarnation, holds it, or while SUSPECT;
//   I3  one claim a Node, with a fresh nonce for each attempt (a repeated PATCH that changes nothing is no event);
//   I4  every PATCH is guarded by the resourceVersion and uid of the version it was computed from;
//   I5  a lease is written only after a judgement on a state in which the own claim stood;
//   I6  nothing is judged on cached, filtered or mixed data, and not on a claim first seen inside a list.
#pragma once

#include "subnet/lease_actions.h"
#include "subnet/lease_inputs.h"
#include "subnet/network_config.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

class LeaseSet;

// Where blocks come from.
enum class LeaseMode : std::uint8_t {
  automatic,  // spec.podCIDR(s) where the cluster assigns them inside Network, else picks of our own
  claim,      // picks of our own; the podCIDRs of other Nodes are obstacles
  pod_cidr,   // spec.podCIDR(s) only
};
[[nodiscard]] std::string_view to_string(LeaseMode mode);  // "auto", "claim", "podcidr"

enum class LeaseState : std::uint8_t {
  start,       // reading the own Node
  pick,        // a block cannot be chosen yet: the cluster assigns podCIDRs and ours is missing
  claim,       // the claim's PATCH is under way
  wait,        // waiting for the own claim to show up in the watch
  judge_list,  // judging by a LIST, as the claim's place in the watch was missed
  lost,        // the claim came second; giving it up or claiming another block
  won,         // the lease's PATCH is under way (or the vtep is not known yet)
  held,
  suspect,  // in use, but no longer in the own Node: being claimed again
  evicted,  // lost while in use: waiting for the pods to go
  exhausted,
  verify,  // the own Node has a lease already; comparing it with the others'
};
[[nodiscard]] std::string_view to_string(LeaseState state);  // "HELD"

struct LeaseConfig {
  std::string node;       // metadata.name of the own Node
  NetworkConfig network;  // the families to lease; at least one
  LeaseMode mode = LeaseMode::automatic;
  Subnets preferred;       // what this node had last (subnet.env); a wish, never authority
  std::uint64_t seed = 0;  // for nonces and jitter; must differ from process to process
  // A block whose Node was deleted is avoided so long while others are free.
  std::chrono::seconds quarantine{600};
  // After a rollback of the store, blocks in use are not given up earlier than this.
  std::chrono::seconds rollback_hold_off{60};
};

class LeaseProtocol {
 public:
  // `nodes` must outlive the protocol.
  LeaseProtocol(LeaseConfig config, const LeaseSet& nodes);
  ~LeaseProtocol();
  LeaseProtocol(LeaseProtocol&&) noexcept;
  LeaseProtocol& operator=(LeaseProtocol&&) noexcept;

  [[nodiscard]] LeaseActions step(const LeaseInput& input, LeaseTime now);

  [[nodiscard]] LeaseState state() const;
  // Set while HELD or SUSPECT: what LeaseSet::snapshot takes as `self`.
  [[nodiscard]] const std::optional<LocalLease>& local() const;

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace weft
