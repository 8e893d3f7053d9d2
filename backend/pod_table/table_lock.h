// One writer of the pods' table at a time.
#pragma once

#include "subnet/result.h"
#include "subnet/unique_fd.h"

namespace weft::pod_table {

// Held as long as the value lives, by one process a network namespace: it is a flock(2) on the namespace itself, so it
// spans exactly what the table spans, whatever directories its users have. It goes with the process.
// Waits for others; EINTR when a signal ends the wait.
class TableLock {
 public:
  [[nodiscard]] static Result<TableLock> acquire();
  // Does not wait: EWOULDBLOCK while somebody else has it.
  [[nodiscard]] static Result<TableLock> try_acquire();

 private:
  [[nodiscard]] static Result<TableLock> lock(int operation);
  explicit TableLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace weft::pod_table
