// Tells people what a sweep of the ledger took away: one line a thing.
//
// Threading: the reactor.
#pragma once

#include "daemon/fault_log.h"
#include "daemon/ledger_sweep.h"

#include <set>
#include <string>

namespace weft {

class SweepLog {
 public:
  void swept(const SweepReport& report);

 private:
  std::set<std::string> kept_;  // links that were told about and are still there
  FaultLog faults_;
};

}  // namespace weft
