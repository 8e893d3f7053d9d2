// Decides when the kernel is compared with what it should hold.
//
// One runner for all reasons: a change asks for a run, runs are at least `min` apart, a failed run is tried again
// with backoff, and at the latest every `resync` (up to a fifth sooner, so that nodes do not march in step) there is
// one anyway. Where each run finds damage again somebody is working against us: after kPatience repairs in a row the
// next ones come twice as late each time, `fight_max` apart in the end, until none was needed for `calm`.
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
  std::chrono::milliseconds fight_max{10'000};
  std::chrono::milliseconds calm{60'000};
};

struct RunOutcome {
  bool ok = true;         // else it is tried again
  bool repaired = false;  // what somebody else had changed
};

namespace runner_input {
struct Changed {
  Trigger trigger = Trigger::snapshot;
};
struct RunEnded {
  RunOutcome outcome;
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
  static constexpr unsigned kPatience = 3;

  void ended(const RunOutcome& outcome, TimePoint now);
  void count_repair(TimePoint now);
  [[nodiscard]] RunnerStep decide(TimePoint now);

  RunnerIntervals intervals_;
  RandomSource random_;
  Backoff backoff_;
  bool running_ = false;
  std::optional<Trigger> wanted_;
  bool urgent_ = false;  // it is not only about damage
  std::optional<TimePoint> last_start_;
  std::optional<TimePoint> repaired_at_;
  unsigned repairs_ = 0;               // in a row
  std::chrono::milliseconds pause_{};  // after the last repair
  TimePoint retry_at_ = TimePoint::max();
  TimePoint resync_at_ = TimePoint::max();  // set once there was a run
};

}  // namespace weft
