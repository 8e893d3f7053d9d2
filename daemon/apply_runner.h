// Decides when the kernel is compared with what it should hold.
//
// One runner for all reasons: a change asks for a run, runs are at least `min` apart, a failed run is tried again
// with backoff, and at the latest every `resync` (up to a fifth sooner, so that nodes do not march in step) there is
// one anyway.
// Pure: step(input, now) says whether to run now and when to ask again. Runs do not overlap: after `run` is set
// nothing else is until RunEnded.
#pragma once

#include "subnet/backoff.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace weft {

// Why there is a run; of several the first. For logs and metrics.
enum class Trigger : std::uint8_t { start, snapshot, notification, retry, resync };
[[nodiscard]] std::string_view to_string(Trigger trigger);

struct RunnerIntervals {
  std::chrono::milliseconds min{100};
  std::chrono::milliseconds retry_first{500};
  std::chrono::milliseconds retry_max{30'000};
  std::chrono::milliseconds resync{30'000};
};

namespace runner_input {
struct Changed {
  Trigger trigger = Trigger::snapshot;
};
struct RunEnded {
  bool ok = true;
};
struct Tick {};
}  // namespace runner_input

using RunnerInput = std::variant<runner_input::Changed, runner_input::RunEnded, runner_input::Tick>;

struct RunnerStep {
  std::optional<Trigger> run;
  TimePoint wake_at = TimePoint::max();  // when a Tick is due
};

class ApplyRunner {
 public:
  ApplyRunner(RunnerIntervals intervals, RandomSource random);

  [[nodiscard]] RunnerStep step(const RunnerInput& input, TimePoint now);

 private:
  void ended(bool ok, TimePoint now);
  [[nodiscard]] RunnerStep decide(TimePoint now);

  RunnerIntervals intervals_;
  RandomSource random_;
  Backoff backoff_;
  bool running_ = false;
  std::optional<Trigger> wanted_;
  std::optional<TimePoint> last_start_;
  TimePoint retry_at_ = TimePoint::max();
  TimePoint resync_at_ = TimePoint::max();  // set once there was a run
};

}  // namespace weft
