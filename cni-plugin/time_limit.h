// Ends blocking system calls of this process after a while.
//
// For waits that have no time-out of their own: flock(2) and reading standard input. They fail with EINTR then.
// One at a time in a process; uses SIGALRM.
#pragma once

#include <chrono>

namespace weft::cni {

class TimeLimit {
 public:
  explicit TimeLimit(std::chrono::seconds limit);
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;
  ~TimeLimit();
};

}  // namespace weft::cni
