#include "daemon/fault_log.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

using namespace std::chrono_literals;
const FaultLog::TimePoint kStart{std::chrono::hours(1)};

TEST(FaultLog, FirstThenCounted) {
  FaultLog faults;
  EXPECT_EQ(faults.failed("refused", kStart), 1U);
  int lines = 0;
  for (int i = 1; i < 1000; ++i) lines += faults.failed("refused", kStart + i * 1s) ? 1 : 0;
  EXPECT_EQ(lines, 3);  // 1,000 s: one every five minutes
  EXPECT_EQ(faults.failed("refused", kStart + 2000s), 1001U);
}

TEST(FaultLog, AnotherTextIsNewsButNotAFlood) {
  FaultLog faults;
  ASSERT_TRUE(faults.failed("refused", kStart));
  EXPECT_FALSE(faults.failed("time-out", kStart + 1s));
  EXPECT_TRUE(faults.failed("time-out", kStart + 11s));
  int lines = 0;
  for (int i = 0; i < 600; ++i) lines += faults.failed(i % 2 == 0 ? "a" : "b", kStart + 20s + i * 100ms) ? 1 : 0;
  EXPECT_LE(lines, 6);  // 60 s
}

TEST(FaultLog, RecoveryIsToldOnce) {
  FaultLog faults;
  EXPECT_FALSE(faults.recovered());
  ASSERT_TRUE(faults.failed("refused", kStart));
  ASSERT_FALSE(faults.failed("refused", kStart + 1s));
  EXPECT_EQ(faults.recovered(), 2U);
  EXPECT_FALSE(faults.recovered());
  EXPECT_EQ(faults.failed("refused", kStart + 100s), 1U);
}

// Two requests are refused in turn, each in its own words.
TEST(FaultLog, TextsThatTakeTurnsAreToldOnceEach) {
  FaultLog faults;
  int lines = 0;
  for (int i = 0; i < 290; ++i) lines += faults.failed(i % 2 == 0 ? "watch" : "list", kStart + i * 1s) ? 1 : 0;
  EXPECT_EQ(lines, 2);
}

// A list is answered and the watch after it is refused, again and again.
TEST(FaultLog, WhatComesAndGoesIsToldEverLessOften) {
  FaultLog faults;
  int lines = 0;
  for (int i = 0; i < 360; ++i) {
    if (faults.failed("refused", kStart + i * 10s)) ++lines;
    if (faults.recovered()) ++lines;
  }
  EXPECT_LE(lines, 32);  // an hour
  EXPECT_GE(lines, 20);
}

TEST(FaultLog, ARecoveryFromWhatWasNotToldIsNotTold) {
  FaultLog faults;
  ASSERT_TRUE(faults.failed("refused", kStart));
  ASSERT_TRUE(faults.recovered());
  ASSERT_FALSE(faults.failed("refused", kStart + 5s));
  EXPECT_FALSE(faults.recovered());
  EXPECT_TRUE(faults.failed("time-out", kStart + 6s)) << "other words are news";
}

}  // namespace
}  // namespace weft
