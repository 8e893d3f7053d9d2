#include "daemon/line_limit.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

using namespace std::chrono_literals;

TEST(LineLimit, TellsTheFirstAndThenOnceAMinute) {
  LineLimit limit;
  const LineLimit::TimePoint start{1h};
  EXPECT_EQ(limit.happened(start), 1U);
  for (int i = 1; i < 600; ++i) ASSERT_EQ(limit.happened(start + i * 100ms), std::nullopt);
  EXPECT_EQ(limit.happened(start + 60s), 600U);
  EXPECT_EQ(limit.happened(start + 61s), std::nullopt);
  EXPECT_EQ(limit.happened(start + 10min), 2U) << "nothing is lost, it is told late";
}

}  // namespace
}  // namespace weft
