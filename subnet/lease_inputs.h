// What the lease protocol is told (lease_protocol.h).
//
// Inputs about Nodes come from the one watch of all Nodes and are given right after they were applied to the
// LeaseSet, one by one and in the order of the stream: what the set says at that moment is the state at the
// event's revision, and claims are judged on it. Every request the protocol asks for is answered once, by the
// input of the same name and with the same id, whatever happened to it; answers that nobody waits for any more
// are ignored.
#pragma once

#include "subnet/node_record.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace weft {

using LeaseRequestId = std::uint64_t;

namespace lease_input {

// Once, first.
struct Start {};

// LeaseSet::end_list was called. `quorum` says that the list was consistent (resourceVersion unset, or WatchList
// without one): only then does a revision lower than one seen before mean that the store was rolled back.
struct ListApplied {
  Revision revision = 0;
  bool quorum = false;
};

// A live event (not part of a list) was applied by LeaseSet::upsert.
struct NodeChanged {
  std::string name;
};

// A DELETED event was applied by LeaseSet::remove. `last` is the object of the event; its revision is that of the
// deletion.
struct NodeDeleted {
  NodeRecord last;
};

// The stream ended in a way that events may be missed; a ListApplied will follow. A watch that goes on from the
// revision it stopped at is not broken. Told at the latest before the first item of that list is applied.
struct StreamBroken {};

enum class PatchOutcome : std::uint8_t {
  applied,    // 200: `record` is the answer
  conflict,   // 409: the resourceVersion has moved
  not_found,  // 404: no such Node
  invalid,    // 422: another uid, or an admission policy said no
  forbidden,  // 401, 403
  failed,     // the request was never sent, or the server refused it before execution (429, connection refused)
  unknown,    // time-out, reset, 5xx after sending: it may have been applied, or may still be
};

struct PatchDone {
  LeaseRequestId id = 0;
  PatchOutcome outcome = PatchOutcome::unknown;
  NodeRecord record;  // set when applied
  std::string error;  // one line, set otherwise
};

enum class ReadOutcome : std::uint8_t {
  done,
  not_found,  // GET: no such Node
  gone,       // LIST at an exact revision: compacted (410)
  refused,    // the server answered something else: 401, 403, 5xx, nonsense
  failed,     // no answer
};

struct GetDone {
  LeaseRequestId id = 0;
  ReadOutcome outcome = ReadOutcome::failed;
  NodeRecord record;
  std::string error;
};

// All pages of one consistent LIST of full Nodes; pages of different revisions are a failure.
struct ListDone {
  LeaseRequestId id = 0;
  ReadOutcome outcome = ReadOutcome::failed;
  std::vector<NodeRecord> records;
  Revision revision = 0;
  std::string error;
};

// The time asked for by the last ArmTimer has come. Early and superfluous ones do no harm.
struct TimerFired {};

// How peers reach this node: known at start, again whenever the uplink changes. Nothing is confirmed before it
// is known. The MAC is chosen beforehand.
struct VtepKnown {
  Vtep vtep;
};

// No pod of the evicted subnets is left on this node (or the operator said to renumber anyway).
struct PodsGone {};

}  // namespace lease_input

using LeaseInput =
    std::variant<lease_input::Start, lease_input::ListApplied, lease_input::NodeChanged, lease_input::NodeDeleted,
                 lease_input::StreamBroken, lease_input::PatchDone, lease_input::GetDone, lease_input::ListDone,
                 lease_input::TimerFired, lease_input::VtepKnown, lease_input::PodsGone>;

}  // namespace weft
