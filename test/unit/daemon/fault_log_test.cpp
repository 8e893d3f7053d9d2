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
  EXPECT_EQ(faults.failed("refused", kStart + 2s), 1U);
}

}  // namespace
}  // namespace weft
