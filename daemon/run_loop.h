// Runs a comparison whenever the ApplyRunner says so, and tells that its thread is alive.
//
// Owns the runner and two timers. Threading: the io_context's one thread, for every function and for both callbacks.
#pragma once

#include "daemon/apply_runner.h"

#include <boost/asio/steady_timer.hpp>

#include <functional>

namespace boost::asio {
class io_context;
}

namespace weft {

class RunLoop {
 public:
  using Run = std::function<RunOutcome(Trigger)>;

  // `io` must outlive the loop. `alive` is called every few seconds once start() was.
  RunLoop(boost::asio::io_context& io, RunnerIntervals intervals, Run run, std::function<void()> alive);

  void start() { beat(); }
  void changed(Trigger trigger) { step(runner_input::Changed{trigger}); }

 private:
  void beat();
  void step(const RunnerInput& input);

  ApplyRunner runner_;
  Run run_;
  std::function<void()> alive_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer heartbeat_;
};

}  // namespace weft
