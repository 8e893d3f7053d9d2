#include "cni-plugin/time_limit.h"

#include <csignal>

#include <sys/time.h>

namespace weft::cni {

namespace {

void interrupt(int) {}

void set_timer(std::chrono::seconds first) {
  // Again every second after the first time: the signal may come just before the system call that it should end.
  const itimerval timer{.it_interval = {.tv_sec = first.count() == 0 ? 0 : 1, .tv_usec = 0},
                        .it_value = {.tv_sec = first.count(), .tv_usec = 0}};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

}  // namespace

TimeLimit::TimeLimit(std::chrono::seconds limit) {
  struct sigaction action{};
  action.sa_handler = interrupt;  // without SA_RESTART: that is the point
  ::sigaction(SIGALRM, &action, nullptr);
  set_timer(limit);
}

TimeLimit::~TimeLimit() { set_timer(std::chrono::seconds(0)); }

}  // namespace weft::cni
