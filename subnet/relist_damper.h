// Keeps the data plane from forgetting half the cluster because of one strange list.
//
// Sits between LeaseSet::snapshot and boundary 1. A list that lacks more holders than max(10, 20 %) of those last
// handed down is not believed at once (a store restored from a backup, another cluster, a broken filter): the missing
// ones stay in the snapshot, marked `held_back`, until a list kHoldBack later lacks them too. Deletions seen in the
// log are never held back. Whoever is present wins: a held-back holder goes as soon as its name, its subnet, its
// address or its MAC is another's.
// The lease protocol asks the LeaseSet itself, so what is held back here never blocks a subnet.
//
// Pure; owns the snapshot last handed down. Threading: that of the LeaseSet.
#pragma once

#include "subnet/backoff.h"
#include "subnet/lease_snapshot.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace weft {

class RelistDamper {
 public:
  static constexpr std::chrono::seconds kHoldBack{30};
  static constexpr std::size_t kAlwaysBelieved = 10;
  static constexpr std::size_t kBelievedPercent = 20;

  enum class Cause : std::uint8_t { events, list };

  struct Passed {
    LeaseSnapshotPtr snapshot;
    // Ask for another quorum list after this time (ResourceWatch::relist): it confirms, or brings the missing back.
    std::optional<std::chrono::milliseconds> relist_after;
  };

  // `cause` is `list` when a list ended since the last call. Null passes as null and changes nothing. The answer is
  // the very snapshot of the call before where nothing changed since.
  [[nodiscard]] Passed pass(LeaseSnapshotPtr fresh, Cause cause, TimePoint now);

  [[nodiscard]] std::size_t held_back() const { return held_.size(); }

 private:
  struct Held {
    LeaseHolder holder;
    TimePoint missing_since;
  };

  // Returns when the next list should come, if one is needed.
  std::optional<std::chrono::milliseconds> compare(const LeaseSnapshot& fresh, TimePoint now);
  void yield_to(const LeaseSnapshot& fresh);
  [[nodiscard]] LeaseSnapshotPtr with_held(const LeaseSnapshot& fresh) const;

  LeaseSnapshotPtr fresh_;            // what came in last
  LeaseSnapshotPtr last_;             // what went out last
  std::map<std::string, Held> held_;  // by node name
};

}  // namespace weft
