// What the lease protocol asks for and tells (lease_protocol.h).
//
// Requests (GetOwnNode, ListNodes, PatchOwnNode) have ids that are never used twice. The rest are orders to the
// shell and notices to the parts of the daemon that hang on the lease.
#pragma once

#include "subnet/lease_inputs.h"
#include "subnet/lease_snapshot.h"
#include "subnet/node_patch.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weft {

using LeaseTime = std::chrono::steady_clock::time_point;

namespace lease_action {

// GET of the own Node without a resourceVersion, so that it is linearizable.
struct GetOwnNode {
  LeaseRequestId id = 0;
};

// LIST of all full Node objects: at exactly `exact` (resourceVersionMatch=Exact), or consistent (resourceVersion
// unset). No selector, never resourceVersion=0, and after a 410 in the middle from the beginning.
struct ListNodes {
  LeaseRequestId id = 0;
  std::optional<Revision> exact;
};

struct PatchOwnNode {
  LeaseRequestId id = 0;
  NodePatch patch;
};

// Replaces the time armed before.
struct ArmTimer {
  LeaseTime when;
};

// From now on the watch should carry full Node objects, or metadata is enough. A wish: judgements notice what
// the records really hold. Changing over means StreamBroken, then ListApplied.
struct SetWatch {
  bool full = true;
};

// The node holds `lease`: program it. Again when what is published has changed (uplink, source).
struct Held {
  LocalLease local;
};

// Somebody took the lease out of the own Node, or the Node is gone. Go on forwarding for local pods; the same
// blocks are being claimed again. After a restart this may come without a Held before it.
struct Suspect {
  std::string reason;
};

// The blocks are another node's. Stop using them at once: no subnet.env, not ready. PodsGone lets a new pick go on.
struct Evicted {
  Subnets subnets;
  std::string reason;
};

// No block can be had; tried again later without anybody's doing.
struct Exhausted {
  std::string reason;
};

enum class LeaseEventReason : std::uint8_t { leased, conflict, lost, exhausted, waiting };
// "SubnetLeased", "SubnetConflict", "SubnetLost", "SubnetExhausted", "SubnetWaiting"
[[nodiscard]] std::string_view to_string(LeaseEventReason reason);

// For the Node's events; of type Warning unless `leased`. Best effort.
struct NodeEvent {
  LeaseEventReason reason = LeaseEventReason::leased;
  std::string message;
};

// A request failed in a way that a person may have to look at (403, 422); the protocol goes on trying.
struct Problem {
  std::string message;
};

}  // namespace lease_action

using LeaseAction =
    std::variant<lease_action::GetOwnNode, lease_action::ListNodes, lease_action::PatchOwnNode, lease_action::ArmTimer,
                 lease_action::SetWatch, lease_action::Held, lease_action::Suspect, lease_action::Evicted,
                 lease_action::Exhausted, lease_action::NodeEvent, lease_action::Problem>;

using LeaseActions = std::vector<LeaseAction>;

}  // namespace weft
