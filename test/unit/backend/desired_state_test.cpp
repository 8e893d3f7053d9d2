#include "backend/desired_state.h"

#include "test/support/arbitrary.h"
#include "test/support/golden.h"
#include "test/support/literals.h"
#include "test/support/sample_cluster.h"
#include "test/support/sample_overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

namespace weft::test {
namespace {

KernelState desired_for(const LeaseSnapshot& snapshot, const NetworkConfig& config, const NodeFacts& facts,
                        const Uplink& uplink) {
  const auto verdicts = judge_peers(snapshot, config, facts, uplink);
  return desired_state(*snapshot.self, verdicts, config, facts, uplink);
}

KernelState desired_for(const NetworkConfig& config) {
  return desired_for(sample_snapshot({7, 8}), config, sample_facts(), sample_uplink());
}

template <class T>
bool all_of_family(const std::vector<T>& routes, Family family) {
  return std::ranges::all_of(routes, [&](const Route& route) { return route.destination.family() == family; });
}

TEST(DesiredState, DualStackVxlanIsFlannelsOnTheWire) { EXPECT_EQ(desired_for(sample_config()), sample_overlay()); }

TEST(DesiredState, AFamilyThatIsOffLeavesNothing) {
  NetworkConfig config = sample_config();
  config.v6.reset();
  const auto state = desired_for(config);
  EXPECT_THAT(state.links, testing::ElementsAre(overlay_link(Family::v4)));
  EXPECT_EQ(state.routes.size(), 2U);
  EXPECT_TRUE(all_of_family(state.routes, Family::v4));
}

TEST(DesiredState, OnlyIpv6) {
  NetworkConfig config = sample_config();
  config.v4.reset();
  const auto state = desired_for(config);
  EXPECT_THAT(state.links, testing::ElementsAre(overlay_link(Family::v6)));
  EXPECT_TRUE(all_of_family(state.routes, Family::v6));
}

TEST(DesiredState, ARejectedPeerLeavesNothing) {
  auto snapshot = sample_snapshot({7, 8});
  snapshot.holders[0].vtep->mac = MacAddress();
  const auto state = desired_for(snapshot, sample_config(), sample_facts(), sample_uplink());
  EXPECT_EQ(state.routes.size(), 2U);
  EXPECT_EQ(state.fdb.size(), 2U);
  EXPECT_EQ(state.neighbours.size(), 2U);
}

TEST(DesiredState, TheDeviceFollowsTheUplinksMtuAndAddress) {
  Uplink uplink = sample_uplink();
  uplink.mtu = 9000;
  uplink.local4 = ip("192.0.2.2");
  const auto state = desired_for(sample_snapshot({7}), sample_config(), sample_facts(), uplink);
  EXPECT_EQ(state.links.at(0).mtu, 8930U);
  EXPECT_EQ(state.links.at(1).mtu, 8950U);
  EXPECT_EQ(state.links.at(1).vxlan->local, ip("192.0.2.2"));
}

TEST(DesiredState, BackendMtuIsUsedUpToTheUplinks) {
  NetworkConfig config = sample_config();
  config.backend.mtu = 1400;
  EXPECT_EQ(desired_for(config).links.at(1).mtu, 1350U);
  config.backend.mtu = 9000;  // the kernel would refuse it for ever
  EXPECT_EQ(desired_for(config).links.at(1).mtu, 1450U);
}

TEST(DesiredState, DirectRoutingSkipsTheTunnelForPeersOnTheSegment) {
  NetworkConfig config = sample_config();
  config.backend.direct_routing = true;
  auto snapshot = sample_snapshot({7, 8});
  snapshot.holders[1].vtep->ip = ip("198.51.100.8");
  snapshot.holders[1].vtep->ip6 = ip("2001:db8:1::8");
  const auto state = desired_for(snapshot, config, sample_facts(), sample_uplink());
  EXPECT_TRUE(matches_golden("direct_routing.txt", to_string(state)));
}

TEST(DesiredState, HostGatewayNeedsNoDevice) {
  NetworkConfig config = sample_config();
  config.backend.type = BackendType::host_gw;
  auto snapshot = sample_snapshot({7, 8});
  for (auto& holder : snapshot.holders) holder.vtep->backend = BackendType::host_gw;
  snapshot.holders[1].vtep->ip = ip("198.51.100.8");  // not on the segment: rejected
  const auto state = desired_for(snapshot, config, sample_facts(), sample_uplink());
  EXPECT_EQ(to_string(state),
            "route 10.244.7.0/24 via 192.0.2.7 dev up0 metric 1007\n"
            "route fd00:10:244:7::/64 via 2001:db8::7 dev up0 metric 1007\n");
}

TEST(DesiredState, ThereIsNoDeviceWithoutAMacOfItsOwn) {
  auto snapshot = sample_snapshot({7});
  snapshot.self->vtep.mac6.reset();
  const auto state = desired_for(snapshot, sample_config(), sample_facts(), sample_uplink());
  EXPECT_THAT(state.links, testing::ElementsAre(overlay_link(Family::v4)));
}

TEST(RouteMetric, IsTheLowTenBitsOfTheBlocksIndex) {
  EXPECT_EQ(route_metric(net("10.244.0.0/24")), 1000 + ((244U << 8U) & 1023U));
  EXPECT_EQ(route_metric(net("10.244.7.0/24")), 1000 + (((244U << 8U) + 7) & 1023U));
  EXPECT_EQ(route_metric(net("10.244.7.64/26")), 1000 + ((((244U << 16U) + (7U << 8U) + 64) >> 6U) & 1023U));
  EXPECT_EQ(route_metric(net("fd00:10:244:7::/64")), 1007U);
  EXPECT_EQ(route_metric(net("fd00:10:244:ffff::/64")), 2023U);
  EXPECT_EQ(route_metric(net("fd00::4000:0/112")), 1000U);
}

RC_GTEST_PROP(RouteMetric, IsInItsRange, (const IpPrefix& subnet)) {
  RC_ASSERT(route_metric(subnet) >= 1000U);
  RC_ASSERT(route_metric(subnet) < 2024U);
}

// Equal metrics would put peers into one chain of the kernel's hash.
TEST(RouteMetric, SpreadsNeighbouringBlocksEvenly) {
  std::map<std::uint32_t, unsigned> uses;
  for (unsigned i = 0; i < 4096; ++i) ++uses[route_metric(net("10.0.0.0/8").block(24, i))];
  EXPECT_EQ(uses.size(), 1024U);
  for (const auto& [metric, count] : uses) EXPECT_EQ(count, 4U) << metric;
}

TEST(PodMtu, IsTheDevicesForTheLinkAndSmallerForIpv6) {
  const auto mtu = pod_mtu(sample_config(), sample_uplink());
  EXPECT_EQ(mtu.link, 1450U);
  EXPECT_EQ(mtu.v6, 1430U);
}

TEST(PodMtu, OfOneFamily) {
  NetworkConfig config = sample_config();
  config.v6.reset();
  EXPECT_EQ(pod_mtu(config, sample_uplink()).link, 1450U);
  EXPECT_EQ(pod_mtu(config, sample_uplink()).v6, 0U);
  config = sample_config();
  config.v4.reset();
  EXPECT_EQ(pod_mtu(config, sample_uplink()).link, 1430U);
  EXPECT_EQ(pod_mtu(config, sample_uplink()).v6, 1430U);
}

TEST(PodMtu, HostGatewayHasNoOverheadAndATinyUplinkNone) {
  NetworkConfig config = sample_config();
  Uplink uplink = sample_uplink();
  uplink.mtu = 40;
  EXPECT_EQ(pod_mtu(config, uplink).link, 0U);
  config.backend.type = BackendType::host_gw;
  EXPECT_EQ(pod_mtu(config, sample_uplink()).link, 1500U);
  EXPECT_EQ(pod_mtu(config, sample_uplink()).v6, 1500U);
}

}  // namespace
}  // namespace weft::test
