#include "daemon/metrics.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

bool has(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

ApplyReport report() {
  ApplyReport report{.planned = true, .ok = true, .duration = std::chrono::milliseconds(3)};
  report.objects[4] = {.put = 3, .removed = 1, .repaired = 2, .failed = 1};
  report.verdicts = std::make_shared<const std::vector<PeerVerdict>>(std::vector<PeerVerdict>{
      {.node = "a", .routed = true}, {.node = "b", .routed = true}, {.node = "c", .reason = "bad-mac"}});
  return report;
}

TEST(Metrics, AnApplyMovesItsCounters) {
  Metrics metrics;
  metrics.applied(report());
  metrics.applied(report());
  const std::string text = metrics.render({.lease_state = "HELD"});
  EXPECT_TRUE(has(text, "weft_peers 2")) << text;
  EXPECT_TRUE(has(text, "weft_peers_rejected{reason=\"bad-mac\"} 1")) << text;
  EXPECT_TRUE(has(text, "weft_drift_repairs_total{object=\"route\"} 4")) << text;
  EXPECT_TRUE(has(text, "weft_reconcile_errors_total{object=\"route\"} 2")) << text;
  EXPECT_TRUE(has(text, "weft_reconcile_duration_seconds_count 2")) << text;
  EXPECT_TRUE(has(text, "weft_lease_state{state=\"HELD\"} 1")) << text;
  EXPECT_TRUE(has(text, "weft_lease_state{state=\"PICK\"} 0")) << text;
}

TEST(Metrics, ARejectionThatIsOverGoesBackToZero) {
  Metrics metrics;
  metrics.applied(report());
  ApplyReport later = report();
  later.verdicts = std::make_shared<const std::vector<PeerVerdict>>();
  metrics.applied(later);
  const std::string text = metrics.render({});
  EXPECT_TRUE(has(text, "weft_peers_rejected{reason=\"bad-mac\"} 0")) << text;
  EXPECT_TRUE(has(text, "weft_peers 0")) << text;
}

TEST(Metrics, ARunWithoutAPlanMovesNothing) {
  Metrics metrics;
  metrics.applied(report());
  metrics.applied({.planned = false, .ok = true});
  EXPECT_TRUE(has(metrics.render({}), "weft_peers 2"));
}

TEST(Metrics, AFailedDumpForgetsNoConflict) {
  Metrics metrics;
  ApplyReport first = report();
  first.conflicts.resize(2);
  metrics.applied(first);
  metrics.applied({.planned = true, .ok = false, .error = "no buffer space"});
  EXPECT_TRUE(has(metrics.render({}), "weft_route_conflicts 2"));
  EXPECT_TRUE(has(metrics.render({}), "weft_reconcile_runs_total{result=\"failed\",trigger=\"start\"} 1"));
}

TEST(Metrics, RequestCountersFollowTheClient) {
  Metrics metrics;
  MetricsAtScrape now{.lease_state = "HELD", .subnets_free4 = 250};
  now.api.requests[{"list", 200}] = 3;
  now.watch.connected = true;
  EXPECT_TRUE(has(metrics.render(now), "weft_api_requests_total{code=\"200\",verb=\"list\"} 3"));
  now.api.requests[{"list", 200}] = 5;
  const std::string text = metrics.render(now);
  EXPECT_TRUE(has(text, "weft_api_requests_total{code=\"200\",verb=\"list\"} 5")) << text;
  EXPECT_TRUE(has(text, "weft_api_connected 1")) << text;
  EXPECT_TRUE(has(text, "weft_subnets_free{family=\"ipv4\"} 250")) << text;
}

TEST(Metrics, ALoserIsCountedOnceAsLongAsItLoses) {
  Metrics metrics;
  ApplyReport conflict = report();
  conflict.verdicts = std::make_shared<const std::vector<PeerVerdict>>(
      std::vector<PeerVerdict>{{.node = "a", .routed = true}, {.node = "b", .reason = "duplicate-subnet"}});
  metrics.applied(conflict);
  metrics.applied(conflict);
  EXPECT_TRUE(has(metrics.render({}), "weft_lease_conflicts_total 1"));
  metrics.applied(report());
  metrics.applied(conflict);
  EXPECT_TRUE(has(metrics.render({}), "weft_lease_conflicts_total 2"));
}

TEST(Metrics, EveryFamilyHasHelpAndThePrefix) {
  Metrics metrics;
  metrics.applied(report());
  const std::string text = metrics.render({});
  std::size_t families = 0;
  for (std::size_t at = text.find("# HELP "); at != std::string::npos; at = text.find("# HELP ", at + 1), ++families) {
    EXPECT_EQ(text.compare(at + 7, 5, "weft_"), 0) << text.substr(at, 60);
  }
  EXPECT_GT(families, 15U);
}

TEST(Metrics, CountsPodsAndWhatASweepTook) {
  Metrics metrics;
  EXPECT_TRUE(has(metrics.render({}), "weft_ledger_swept_total{state=\"link-gone\"} 0"));
  const SweepFinding gone{.state = PodState::link_gone, .fate = SweepFinding::Fate::removed};
  const SweepFinding kept{.state = PodState::no_entry};
  metrics.swept({.pods = 7, .findings = {gone, gone, kept}});
  EXPECT_TRUE(has(metrics.render({}), "weft_pods 7"));
  EXPECT_TRUE(has(metrics.render({}), "weft_ledger_swept_total{state=\"link-gone\"} 2"));
  EXPECT_TRUE(has(metrics.render({}), "weft_ledger_swept_total{state=\"no-entry\"} 0"));
  metrics.swept({.error = "rtnetlink: no buffer space"});
  EXPECT_TRUE(has(metrics.render({}), "weft_pods 7"));
}

}  // namespace
}  // namespace weft
