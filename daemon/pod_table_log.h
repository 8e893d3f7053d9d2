// Tells people what was done to the pods' table: one line a minute at most.
//
// Threading: the reactor.
#pragma once

#include "daemon/fault_log.h"
#include "daemon/line_limit.h"
#include "daemon/pod_table_keeper.h"

namespace weft {

class PodTableLog {
 public:
  void kept(const PodTableReport& report);

 private:
  PodTableReport since_;  // the last line: sums
  LineLimit repairs_;
  FaultLog faults_;
};

}  // namespace weft
