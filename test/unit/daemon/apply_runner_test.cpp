#include "daemon/apply_runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace weft {
namespace {

using namespace std::chrono_literals;
using runner_input::Changed;
using runner_input::RunEnded;
using runner_input::Tick;

// Somewhere inside each range.
constexpr auto kRandom = [] { return std::uint64_t{0x9e3779b97f4a7c15}; };
const TimePoint kStart{std::chrono::hours(1)};

RunnerIntervals intervals() { return {.min = 100ms, .retry_first = 1000ms, .retry_max = 8000ms, .resync = 30'000ms}; }

struct Runner {
  ApplyRunner runner{intervals(), kRandom};
  TimePoint now = kStart;

  RunnerStep at(std::chrono::milliseconds after, const RunnerInput& input) {
    now += after;
    return runner.step(input, now);
  }
};

TEST(ApplyRunner, DoesNothingUnasked) {
  Runner r;
  const RunnerStep step = r.at(1h, Tick{});
  EXPECT_FALSE(step.run);
  EXPECT_EQ(step.wake_at, TimePoint::max());
}

TEST(ApplyRunner, RunsAtOnceThenKeepsTheMinimumInterval) {
  Runner r;
  EXPECT_EQ(r.at(0ms, Changed{Trigger::start}).run, Trigger::start);
  EXPECT_FALSE(r.at(10ms, RunEnded{{true}}).run);
  const RunnerStep early = r.at(10ms, Changed{Trigger::snapshot});
  EXPECT_FALSE(early.run);
  EXPECT_EQ(early.wake_at, kStart + 100ms);
  EXPECT_EQ(r.at(80ms, Tick{}).run, Trigger::snapshot);
}

TEST(ApplyRunner, NeverTwoRunsAtOnceAndNoChangeIsForgotten) {
  Runner r;
  ASSERT_TRUE(r.at(0ms, Changed{}).run);
  EXPECT_FALSE(r.at(500ms, Changed{Trigger::notification}).run);
  EXPECT_EQ(r.at(500ms, RunEnded{{true}}).run, Trigger::notification);
}

TEST(ApplyRunner, ABurstIsOneRun) {
  Runner r;
  ASSERT_TRUE(r.at(0ms, Changed{}).run);
  ASSERT_FALSE(r.at(1ms, RunEnded{{true}}).run);
  for (int i = 0; i < 50; ++i) ASSERT_FALSE(r.at(1ms, Changed{Trigger::notification}).run);
  ASSERT_TRUE(r.at(49ms, Tick{}).run);
  EXPECT_FALSE(r.at(1ms, RunEnded{{true}}).run);
  EXPECT_FALSE(r.at(5000ms, Tick{}).run);
}

TEST(ApplyRunner, FailureIsRetriedWithBackoffUntilTheCap) {
  Runner r;
  ASSERT_TRUE(r.at(0ms, Changed{}).run);
  for (const auto longest : {1000ms, 2000ms, 4000ms, 8000ms, 8000ms}) {
    const RunnerStep failed = r.at(0ms, RunEnded{{false}});
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(failed.wake_at - r.now);
    EXPECT_GE(wait, longest / 2);
    EXPECT_LE(wait, longest);
    EXPECT_FALSE(r.at(wait - 1ms, Tick{}).run);
    EXPECT_EQ(r.at(1ms, Tick{}).run, Trigger::retry);
  }
}

TEST(ApplyRunner, SuccessForgetsFailures) {
  Runner r;
  ASSERT_TRUE(r.at(0ms, Changed{}).run);
  ASSERT_FALSE(r.at(0ms, RunEnded{{false}}).run);
  ASSERT_TRUE(r.at(1000ms, Tick{}).run);
  ASSERT_FALSE(r.at(0ms, RunEnded{{true}}).run);
  ASSERT_TRUE(r.at(1000ms, Changed{}).run);
  EXPECT_LE(r.at(0ms, RunEnded{{false}}).wake_at - r.now, 1000ms);
}

TEST(ApplyRunner, AChangeDoesNotWaitForTheRetry) {
  Runner r;
  ASSERT_TRUE(r.at(0ms, Changed{}).run);
  ASSERT_FALSE(r.at(0ms, RunEnded{{false}}).run);
  EXPECT_EQ(r.at(200ms, Changed{Trigger::notification}).run, Trigger::notification);
}

TEST(ApplyRunner, ResyncsWithoutAnyReason) {
  Runner r;
  ASSERT_TRUE(r.at(0ms, Changed{}).run);
  const RunnerStep idle = r.at(0ms, RunEnded{{true}});
  EXPECT_GE(idle.wake_at - r.now, 24'000ms);
  EXPECT_LE(idle.wake_at - r.now, 30'000ms);
  EXPECT_FALSE(r.at(23'999ms, Tick{}).run);
  EXPECT_EQ(r.at(6'001ms, Tick{}).run, Trigger::resync);
}

TEST(ApplyRunner, ResyncsAreJittered) {
  std::uint64_t next = 0;
  ApplyRunner runner{intervals(), [&next] { return next += 0x9e3779b97f4a7c15; }};
  std::set<TimePoint> seen;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(runner.step(Changed{}, kStart + i * 1s).run);
    seen.insert(runner.step(RunEnded{{true}}, kStart + i * 1s).wake_at - i * 1s);
  }
  EXPECT_GT(seen.size(), 10U);
}

// Each run finds damage at once: somebody works against us.
TEST(ApplyRunner, AFightSlowsDownToItsLimit) {
  Runner r;
  ASSERT_TRUE(r.at(0ms, Changed{Trigger::start}).run);
  r.at(0ms, RunEnded{});
  for (const auto pause : {0ms, 100ms, 100ms, 100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 10'000ms, 10'000ms}) {
    r.at(0ms, Changed{Trigger::notification});
    ASSERT_FALSE(r.at(std::max(100ms, pause) - 1ms, Tick{}).run) << pause.count();
    ASSERT_EQ(r.at(1ms, Tick{}).run, Trigger::notification) << pause.count();
    r.at(0ms, RunEnded{{.repaired = true}});
  }
}

TEST(ApplyRunner, AFightDelaysNothingElse) {
  Runner r;
  for (int i = 0; i < 12; ++i) {
    r.at(10'000ms, Changed{Trigger::notification});
    r.at(0ms, RunEnded{{.repaired = true}});
  }
  ASSERT_FALSE(r.at(200ms, Changed{Trigger::notification}).run);
  EXPECT_EQ(r.at(0ms, Changed{Trigger::snapshot}).run, Trigger::notification);
}

TEST(ApplyRunner, AFightIsOverAfterAQuietMinute) {
  Runner r;
  for (int i = 0; i < 12; ++i) {
    r.at(10'000ms, Changed{Trigger::notification});
    r.at(0ms, RunEnded{{.repaired = true}});
  }
  ASSERT_TRUE(r.at(60'000ms, Changed{Trigger::notification}).run);
  r.at(0ms, RunEnded{{.repaired = true}});
  r.at(0ms, Changed{Trigger::notification});
  EXPECT_TRUE(r.at(100ms, Tick{}).run);
}

}  // namespace
}  // namespace weft
