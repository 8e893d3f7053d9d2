// Ownership, foreign routes and the node's facts as they are read.
#include "test/contract/kernel_contract.h"
#include "test/support/literals.h"
#include "test/support/sample_overlay.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace weft::test {
namespace {

using testing::Contains;
using testing::Not;

TEST_P(KernelContract, AnEmptyKernelHoldsNothingOfOurs) { EXPECT_EQ(own(), KernelState{}); }

TEST_P(KernelContract, ConnectedRoutesAreForeign) {
  const auto foreign = dump().foreign_routes;
  EXPECT_THAT(foreign, Contains(Route{.destination = net("192.0.2.0/24"), .metric = 0, .link = "up0"}));
  EXPECT_THAT(foreign, Contains(Route{.destination = net("2001:db8::/64"), .metric = 256, .link = "up0"}));
  EXPECT_TRUE(std::ranges::is_sorted(foreign));
}

TEST_P(KernelContract, OtherProgramsRoutesAreForeign) {
  const Route route{.destination = net("10.244.7.0/25"), .metric = 5, .link = "up0", .gateway = ip("192.0.2.9")};
  hand().add_route(route, kProtocolStatic);
  EXPECT_THAT(dump().foreign_routes, Contains(route));
  EXPECT_EQ(own(), KernelState{});
}

TEST_P(KernelContract, OtherProgramsRoutesOnOurDevicesAreOurs) {
  KernelState state = sample_overlay();
  apply_all(puts_of(state));
  // As an older Flannel makes them: no metric.
  const Route route{net("10.244.7.0/24"), 0, "weft.1", ip("10.244.7.0"), true};
  hand().add_route(route, kProtocolBoot);
  state.routes.push_back(route);
  state.normalise();
  EXPECT_EQ(own(), state);
  EXPECT_THAT(dump().foreign_routes, Not(Contains(route)));
  EXPECT_EQ(code_of_remove(route), 0);
  EXPECT_EQ(own(), sample_overlay());
}

TEST_P(KernelContract, RemovingARouteWithoutMetricThatHasGoneLeavesTheOthers) {
  apply_all(puts_of(sample_overlay()));
  EXPECT_EQ(code_of_remove(Route{net("10.244.7.0/24"), 0, "weft.1", ip("10.244.7.0"), true}), 0);
  EXPECT_EQ(own(), sample_overlay());
}

TEST_P(KernelContract, OurRoutesOnTheUplinkAreOurs) {
  const Route route{.destination = net("10.244.7.0/24"), .metric = 1007, .link = "up0", .gateway = ip("192.0.2.7")};
  apply_all({{Verb::put, route}});
  EXPECT_THAT(own().routes, testing::ElementsAre(route));
  EXPECT_THAT(dump().foreign_routes, Not(Contains(route)));
}

TEST_P(KernelContract, OtherPeoplesAddressesOnOurDevicesAreOurs) {
  apply_all(puts_of(sample_overlay()));
  const LinkAddress stranger{"weft.1", ip("10.9.9.9"), 24};
  hand().add_address(stranger);
  EXPECT_THAT(own().addresses, Contains(stranger));
}

TEST_P(KernelContract, OtherDevicesAreNotShown) {
  hand().add_vxlan("flannel.7", 7, 8472, "up0");
  EXPECT_EQ(own(), KernelState{});
}

TEST_P(KernelContract, FactsHaveInterfacesSortedByName) {
  hand().add_vxlan("flannel.7", 7, 8472, "up0");
  hand().set_mtu("up0", 1400);
  const auto interfaces = facts().interfaces;
  EXPECT_TRUE(std::ranges::is_sorted(interfaces, {}, &Interface::name));
  EXPECT_THAT(interfaces, Contains(Interface{.name = "up0", .mtu = 1400, .up = true, .vni = std::nullopt}));
  const auto tunnel = std::ranges::find(interfaces, "flannel.7", &Interface::name);
  ASSERT_NE(tunnel, interfaces.end());
  EXPECT_EQ(tunnel->vni, 7U);
  EXPECT_EQ(tunnel->vxlan_port, 8472);
  const auto loopback = std::ranges::find(interfaces, "lo", &Interface::name);
  ASSERT_NE(loopback, interfaces.end());
  EXPECT_TRUE(loopback->loopback);
}

TEST_P(KernelContract, FactsHaveAddressesInTheKernelsOrder) {
  hand().add_address({"up0", ip("192.0.2.2"), 24});
  hand().add_address({"up0", ip("198.51.100.1"), 32});
  std::vector<LinkAddress> found;
  for (const auto& address : facts().addresses) {
    if (address.link == "up0" && address.address.is_v4()) found.push_back({"up0", address.address, address.length});
    EXPECT_FALSE(address.dynamic || address.temporary || address.deprecated);
  }
  const std::vector<LinkAddress> expected{
      {"up0", ip("192.0.2.1"), 24}, {"up0", ip("192.0.2.2"), 24}, {"up0", ip("198.51.100.1"), 32}};
  EXPECT_THAT(found, testing::UnorderedElementsAreArray(expected));
  EXPECT_EQ(found.at(0), expected[0]);  // the primary
}

TEST_P(KernelContract, FactsHaveDefaultRoutesByMetric) {
  const auto via = [](const char* destination, std::uint32_t metric, const char* gateway) {
    return Route{.destination = net(destination), .metric = metric, .link = "up0", .gateway = ip(gateway)};
  };
  EXPECT_TRUE(facts().default_routes.empty());
  hand().add_route(via("0.0.0.0/0", 200, "192.0.2.254"), kProtocolStatic);
  hand().add_route(via("0.0.0.0/0", 100, "192.0.2.253"), kProtocolStatic);
  hand().add_route(via("::/0", 150, "2001:db8::fe"), kProtocolStatic);
  const std::vector<DefaultRoute> expected{{Family::v4, "up0", ip("192.0.2.253"), 100},
                                           {Family::v6, "up0", ip("2001:db8::fe"), 150},
                                           {Family::v4, "up0", ip("192.0.2.254"), 200}};
  EXPECT_EQ(facts().default_routes, expected);
}

}  // namespace
}  // namespace weft::test
