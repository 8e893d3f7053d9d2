#include "daemon/run_loop.h"

#include "daemon/random.h"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <utility>

namespace weft {
namespace {

constexpr std::chrono::seconds kHeartbeat{5};

}  // namespace

RunLoop::RunLoop(boost::asio::io_context& io, RunnerIntervals intervals, Run run, std::function<void()> alive)
    : runner_(intervals, make_random_source()),
      run_(std::move(run)),
      alive_(std::move(alive)),
      timer_(io),
      heartbeat_(io) {}

void RunLoop::beat() {
  alive_();
  heartbeat_.expires_after(kHeartbeat);
  heartbeat_.async_wait([this](boost::system::error_code error) {
    if (!error) beat();
  });
}

void RunLoop::step(const RunnerInput& input) {
  RunnerStep next = runner_.step(input, std::chrono::steady_clock::now());
  while (next.run) {
    const RunOutcome outcome = run_(*next.run);
    next = runner_.step(runner_input::RunEnded{outcome}, std::chrono::steady_clock::now());
  }
  timer_.expires_at(next.wake_at);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) step(runner_input::Tick{});
  });
}

}  // namespace weft
