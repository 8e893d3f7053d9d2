#include "daemon/apply_runner.h"

#include <algorithm>
#include <utility>

namespace weft {
namespace {

// No health is needed to forget failures: a run that succeeded has compared everything.
Backoff fresh_backoff(const RandomSource& random, const RunnerIntervals& intervals) {
  return Backoff(random, intervals.retry_first, std::chrono::hours(24));
}

}  // namespace

std::string_view to_string(Trigger trigger) {
  switch (trigger) {
    case Trigger::start:
      return "start";
    case Trigger::snapshot:
      return "snapshot";
    case Trigger::notification:
      return "notification";
    case Trigger::retry:
      return "retry";
    case Trigger::resync:
      return "resync";
  }
  return "resync";
}

ApplyRunner::ApplyRunner(RunnerIntervals intervals, RandomSource random)
    : intervals_(intervals), random_(std::move(random)), backoff_(fresh_backoff(random_, intervals_)) {}

RunnerStep ApplyRunner::step(const RunnerInput& input, TimePoint now) {
  if (const auto* changed = std::get_if<runner_input::Changed>(&input)) {
    if (!wanted_) wanted_ = changed->trigger;
    urgent_ = urgent_ || changed->trigger != Trigger::notification;
  }
  if (const auto* end = std::get_if<runner_input::RunEnded>(&input)) ended(end->outcome, now);
  return decide(now);
}

void ApplyRunner::ended(const RunOutcome& outcome, TimePoint now) {
  running_ = false;
  resync_at_ = now + random_between(intervals_.resync * 8 / 10, intervals_.resync, random_);
  retry_at_ = TimePoint::max();
  if (outcome.repaired) count_repair(now);
  if (outcome.ok) {
    backoff_ = fresh_backoff(random_, intervals_);
  } else {
    retry_at_ = now + backoff_.fail(now, intervals_.retry_max);
  }
}

void ApplyRunner::count_repair(TimePoint now) {
  const bool in_a_row = repaired_at_ && now - *repaired_at_ < intervals_.calm;
  repairs_ = in_a_row ? repairs_ + 1 : 1;
  repaired_at_ = now;
  if (repairs_ <= kPatience) pause_ = intervals_.min;
  if (repairs_ > kPatience) pause_ = std::min(pause_ * 2, intervals_.fight_max);
}

RunnerStep ApplyRunner::decide(TimePoint now) {
  if (running_) return {};
  TimePoint earliest = last_start_ ? *last_start_ + intervals_.min : now;
  if (repaired_at_ && !urgent_) earliest = std::max(earliest, *repaired_at_ + pause_);
  const TimePoint due = wanted_ ? earliest : std::max(earliest, std::min(retry_at_, resync_at_));
  if (now < due) return {std::nullopt, due};
  const Trigger trigger = wanted_ ? *wanted_ : retry_at_ <= resync_at_ ? Trigger::retry : Trigger::resync;
  if (!wanted_ && std::min(retry_at_, resync_at_) == TimePoint::max()) return {};
  wanted_.reset();
  urgent_ = false;
  running_ = true;
  last_start_ = now;
  return {trigger, TimePoint::max()};
}

}  // namespace weft
