// Boundary 1: everything the data plane may know of the cluster.
//
// Immutable and whole. It exists only after a complete list, so its consumer may delete whatever is not in it.
// Shared between threads as std::shared_ptr<const LeaseSnapshot>; LeaseSet (lease_set.h) makes it.
#pragma once

#include "subnet/lease.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weft {

// A Node that holds a lease bound to its own uid. Without a vtep it is shown ("no vtep") and not routed.
struct LeaseHolder {
  std::string node;
  Lease lease;
  std::optional<Vtep> vtep;
  bool held_back = false;  // the last list lacked it, and that was not believed yet (relist_damper.h)

  friend bool operator==(const LeaseHolder&, const LeaseHolder&) = default;
};

// The own node as it should be published and programmed. Travels up to the API as the confirming PATCH.
struct LocalLease {
  std::string node;
  Lease lease;
  Vtep vtep;

  friend bool operator==(const LocalLease&, const LocalLease&) = default;
};

struct LeaseSnapshot {
  std::uint64_t generation = 0;      // grows with each snapshot of one process
  Revision revision = 0;             // of the last event or list when it was made
  std::optional<LocalLease> self;    // set while the own lease is HELD or SUSPECT
  std::vector<LeaseHolder> holders;  // every other lease holder, sorted by node name
};

using LeaseSnapshotPtr = std::shared_ptr<const LeaseSnapshot>;

}  // namespace weft
