#include "daemon/health.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

using namespace std::chrono_literals;
const HealthBoard::TimePoint kStart{std::chrono::hours(1)};

HealthBoard board() {
  HealthBoard board;
  board.add({.name = "kernel", .live_within = 60s, .gates_ready = true, .ready_within = 90s}, kStart);
  board.add({.name = "lease", .gates_ready = true}, kStart);
  board.add({.name = "api"}, kStart);
  return board;
}

TEST(Health, LiveButNotReadyAtStart) {
  const HealthStatus status = board().status(kStart);
  EXPECT_TRUE(status.live);
  EXPECT_FALSE(status.ready);
  EXPECT_EQ(render_readiness(status, false),
            "not ready: kernel (nothing reported yet), lease (nothing reported yet)\n");
}

TEST(Health, ReadyWhenEveryGateIs) {
  HealthBoard b = board();
  b.report("kernel", true, "", kStart);
  EXPECT_FALSE(b.status(kStart).ready);
  b.report("lease", true, "10.244.7.0/24", kStart);
  EXPECT_TRUE(b.status(kStart).ready);  // the API server gates nothing
  EXPECT_EQ(render_readiness(b.status(kStart), false), "ready\n");
  b.report("api", false, "refused", kStart);
  EXPECT_TRUE(b.status(kStart).ready);
  EXPECT_TRUE(b.status(kStart).live);
}

TEST(Health, SilenceIsDeathForThoseWithADeadline) {
  HealthBoard b = board();
  EXPECT_TRUE(b.status(kStart + 60s).live);
  EXPECT_FALSE(b.status(kStart + 61s).live);
  EXPECT_EQ(render_liveness(b.status(kStart + 61s), false), "not live: kernel (nothing reported yet)\n");
  b.alive("kernel", kStart + 61s);
  EXPECT_TRUE(b.status(kStart + 100s).live);
}

TEST(Health, ASignOfLifeDoesNotRefreshReadiness) {
  HealthBoard b = board();
  b.report("kernel", true, "", kStart);
  b.report("lease", true, "", kStart);
  b.alive("kernel", kStart + 80s);
  EXPECT_TRUE(b.status(kStart + 90s).ready);
  EXPECT_FALSE(b.status(kStart + 91s).ready);
  b.report("kernel", true, "", kStart + 92s);
  EXPECT_TRUE(b.status(kStart + 92s).ready);
}

TEST(Health, VerboseIsATable) {
  HealthBoard b = board();
  b.report("lease", true, "10.244.7.0/24", kStart);
  const std::string text = render_readiness(b.status(kStart + 1500ms), true);
  EXPECT_NE(text.find("REPORTER   LIVE   READY"), std::string::npos) << text;
  EXPECT_NE(text.find("lease      yes    yes     1.5s    10.244.7.0/24\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace weft
