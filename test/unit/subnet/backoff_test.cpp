#include "subnet/backoff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

namespace weft {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds kCap = 5s;
const TimePoint kStart{1h};

// Always the shortest wait.
RandomSource lowest() {
  return [] { return std::uint64_t{0}; };
}
// All copies share one engine.
RandomSource seeded() {
  return [engine = std::make_shared<std::mt19937_64>(5)] { return (*engine)(); };
}

TEST(Backoff, RandomIsUniformWithBothEnds) {
  const auto random = seeded();
  std::vector<unsigned> seen(5);
  for (int i = 0; i < 5000; ++i) ++seen.at(static_cast<std::size_t>(random_between(10ms, 14ms, random).count() - 10));
  for (const auto count : seen) EXPECT_NEAR(count, 1000, 150);
  EXPECT_EQ(random_between(7ms, 7ms, random), 7ms);
}

TEST(Backoff, WaitsAreUniformBetweenHalfAndTheWholeWhichDoublesUpToTheCap) {
  constexpr int kRuns = 2000;
  std::vector<Backoff> runs;
  const auto random = seeded();
  for (int i = 0; i < kRuns; ++i) runs.emplace_back(random);
  for (const milliseconds whole : {800ms, 1600ms, 3200ms, 5000ms, 5000ms}) {
    milliseconds sum{};
    milliseconds least = kCap;
    milliseconds most{};
    for (auto& backoff : runs) {
      const auto wait = backoff.fail(kStart, kCap);
      sum += wait;
      least = std::min(least, wait);
      most = std::max(most, wait);
    }
    EXPECT_GE(least, whole / 2);
    EXPECT_LE(least, whole / 2 + whole / 50);
    EXPECT_LE(most, whole);
    EXPECT_GE(most, whole - whole / 50);
    EXPECT_NEAR(static_cast<double>((sum / kRuns).count()), 0.75 * static_cast<double>(whole.count()),
                0.02 * static_cast<double>(whole.count()));
  }
}

TEST(Backoff, ALargerCapIsReachedByDoublingFromTheSmallerOne) {
  Backoff backoff(lowest());
  for (int i = 0; i < 10; ++i) (void)backoff.fail(kStart, 5s);
  EXPECT_EQ(backoff.fail(kStart, 30s), 5s) << "half of ten seconds";
  EXPECT_EQ(backoff.fail(kStart, 30s), 10s);
  EXPECT_EQ(backoff.fail(kStart, 30s), 15s);
  EXPECT_EQ(backoff.fail(kStart, 30s), 15s);
}

TEST(Backoff, TwoMinutesAfterTheLastWaitItBeginsAgain) {
  for (const auto& [health, next] : {std::pair(119'999ms, 800ms), std::pair(120'000ms, 400ms)}) {
    Backoff backoff(lowest());
    const auto wait = backoff.fail(kStart, kCap);
    EXPECT_EQ(backoff.fail(kStart + wait + health, kCap), next) << health.count();
  }
}

TEST(Backoff, RetryAfterIsKeptAndUpToAsMuchAgainIsAdded) {
  const auto random = seeded();
  milliseconds least = 1h;
  milliseconds most{};
  for (int i = 0; i < 2000; ++i) {
    Backoff backoff(random);
    const auto wait = backoff.fail(kStart, 30s, 10s);
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  EXPECT_GE(least, 10s);
  EXPECT_LE(least, 10'200ms);
  EXPECT_GE(most, 19'800ms);
  EXPECT_LE(most, 20s);
}

}  // namespace
}  // namespace weft
