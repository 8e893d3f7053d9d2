#include "backend/route_conflict.h"

#include "backend/desired_state.h"
#include "test/support/literals.h"
#include "test/support/sample_cluster.h"
#include "test/support/sample_overlay.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace weft::test {
namespace {

Route foreign(const IpPrefix& destination, std::uint32_t metric = 0) {
  return {.destination = destination, .metric = metric, .link = "up1", .gateway = std::nullopt};
}

std::vector<PeerVerdict> verdicts() {
  return judge_peers(sample_snapshot({7, 8, 9}), sample_config(), sample_facts(), sample_uplink());
}

// The nodes in conflict with a route to `destination`, joined.
std::string nodes_against(const char* destination) {
  std::string nodes;
  const std::vector<Route> routes{foreign(net(destination))};
  for (const auto& conflict : find_conflicts(verdicts(), routes, sample_config())) {
    EXPECT_EQ(conflict.route, routes[0]);
    EXPECT_TRUE(conflict.subnet.overlaps(net(destination)));
    nodes += conflict.node;
  }
  return nodes;
}

TEST(RouteConflict, RoutesInsideAPeersSubnetAndAroundSeveral) {
  EXPECT_EQ(nodes_against("10.244.7.0/24"), "n7");
  EXPECT_EQ(nodes_against("10.244.7.77/32"), "n7");
  EXPECT_EQ(nodes_against("10.244.8.0/23"), "n8n9");
  EXPECT_EQ(nodes_against("10.244.0.0/17"), "n7n8n9");
  EXPECT_EQ(nodes_against("fd00:10:244:7::/65"), "n7");
  EXPECT_EQ(nodes_against("fd00:10:244::/56"), "n7n8n9");
}

TEST(RouteConflict, RoutesToAllOfTheNetworkAndElsewhereAreNone) {
  for (const char* destination :
       {"0.0.0.0/0", "10.0.0.0/8", "10.244.0.0/16", "10.244.10.0/24", "192.0.2.0/24", "::/0", "fd00:10:244::/48"})
    EXPECT_EQ(nodes_against(destination), "") << destination;
}

TEST(RouteConflict, RejectedPeersHaveNone) {
  auto judged = verdicts();
  for (auto& verdict : judged) verdict.routed = false;
  const std::vector<Route> routes{foreign(net("10.244.7.0/24"))};
  EXPECT_TRUE(find_conflicts(judged, routes, sample_config()).empty());
}

RC_GTEST_PROP(RouteConflict, IsWhatEachPairSays, ()) {
  std::vector<Route> routes;
  const auto count = *rc::gen::inRange(0, 20);
  for (int i = 0; i < count; ++i) {
    const auto length = *rc::gen::inRange(12U, 33U);
    const auto address = IpAddress::from_v4((10U << 24U) + (244U << 16U) + *rc::gen::inRange(0U, 4096U));
    routes.push_back(foreign(IpPrefix::containing(address, length)));
  }
  std::ranges::sort(routes);
  std::size_t expected = 0;
  for (const auto& verdict : verdicts()) {
    for (const auto& route : routes) {
      if (route.destination.length() > 16 && route.destination.overlaps(*verdict.subnets.v4)) ++expected;
    }
  }
  RC_ASSERT(find_conflicts(verdicts(), routes, sample_config()).size() == expected);
}

TEST(YieldSlots, OnlyTheSlotThatAForeignRouteHoldsIsLeftToIt) {
  KernelState desired = sample_overlay();
  const auto metric = route_metric(net("10.244.7.0/24"));
  std::vector<Route> routes{foreign(net("10.244.7.0/24"), metric), foreign(net("10.244.8.0/24"), 0),
                            foreign(net("10.244.8.0/25"), route_metric(net("10.244.8.0/24")))};
  std::ranges::sort(routes);
  yield_slots(desired, routes);
  KernelState expected = sample_overlay();
  std::erase_if(expected.routes, [](const Route& route) { return route.destination == net("10.244.7.0/24"); });
  EXPECT_EQ(desired, expected);
}

}  // namespace
}  // namespace weft::test
