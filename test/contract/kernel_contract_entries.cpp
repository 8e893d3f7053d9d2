// Addresses, neighbours, FDB entries and routes: slots, refusals, and what an address takes with it.
#include "test/contract/kernel_contract.h"
#include "test/support/literals.h"
#include "test/support/sample_overlay.h"

#include <algorithm>
#include <cerrno>

namespace weft::test {
namespace {

Route plain_route(const char* destination, const char* gateway) {
  return {.destination = net(destination), .metric = 1007, .link = "up0", .gateway = ip(gateway)};
}

TEST_P(KernelContract, APutReplacesWhatIsInTheSlot) {
  KernelState state = sample_overlay();
  apply_all(puts_of(state));
  state.neighbours.at(0).mac = hw("0a:58:00:00:99:01");
  state.fdb.at(0).remote = ip(state.fdb.at(0).remote.is_v4() ? "192.0.2.99" : "2001:db8::99");
  std::ranges::sort(state.fdb);
  apply_all(puts_of(state));
  EXPECT_EQ(own(), state);
}

TEST_P(KernelContract, ARouteOfTheSameMetricIsReplacedAcrossDevices) {
  KernelState state = sample_overlay();
  apply_all(puts_of(state));
  for (auto& route : state.routes) {
    const char* gateway = route.destination.is_v4() ? "192.0.2.7" : "2001:db8::7";
    route = {.destination = route.destination, .metric = route.metric, .link = "up0", .gateway = ip(gateway)};
  }
  apply_all(puts_of(state));
  EXPECT_EQ(own(), state);
}

TEST_P(KernelContract, RoutesOfOneDestinationAndDifferentMetricsAreTwo) {
  KernelState state = sample_overlay();
  const auto before = state.routes;
  for (Route route : before) {
    route.metric += 1;
    state.routes.push_back(route);
  }
  state.normalise();
  apply_all(puts_of(state));
  EXPECT_EQ(own(), state);
  for (const auto& route : before) EXPECT_EQ(code_of_remove(route), 0);
  EXPECT_EQ(own().routes.size(), before.size());
}

TEST_P(KernelContract, RemovingEntriesThatAreGoneFromALiveDeviceSucceeds) {
  KernelState state = sample_overlay();
  apply_all({{Verb::put, state.links[0]}, {Verb::put, state.links[1]}});
  state.links.clear();
  apply_all(removes_of(state));
}

TEST_P(KernelContract, AMissingDeviceIsNamedByItsErrno) {
  const KernelState state = sample_overlay();
  EXPECT_EQ(code_of_put(state.addresses[0]), ENODEV);
  EXPECT_EQ(code_of_put(state.neighbours[0]), ENODEV);
  EXPECT_EQ(code_of_put(state.fdb[0]), ENODEV);
  EXPECT_EQ(code_of_put(state.routes[0]), ENODEV);
}

TEST_P(KernelContract, AGatewayOffTheLinkIsRefused) {
  EXPECT_EQ(code_of_put(plain_route("10.244.7.0/24", "198.51.100.7")), ENETUNREACH);
  EXPECT_EQ(code_of_put(plain_route("fd00:10:244:7::/64", "2001:db8:1::7")), EHOSTUNREACH);
  EXPECT_EQ(code_of_put(plain_route("10.244.7.0/24", "192.0.2.7")), 0);
  EXPECT_EQ(code_of_put(plain_route("fd00:10:244:7::/64", "2001:db8::7")), 0);
}

TEST_P(KernelContract, ARouteOnADeviceThatIsDownIsRefused) {
  KernelState state = sample_overlay();
  apply_all(puts_of(state));
  hand().set_up("weft.1", false);
  hand().set_up("weft-v6.1", false);
  for (const auto& route : state.routes) EXPECT_EQ(code_of_put(route), ENETDOWN) << to_string(route);
}

TEST_P(KernelContract, AnFdbEntryNeedsAVxlanDeviceAndARemoteOfItsFamily) {
  apply_all(puts_of(sample_overlay()));
  EXPECT_EQ(code_of_put(FdbEntry{"weft.1", hw("0a:58:00:00:00:09"), ip("2001:db8::9")}), EAFNOSUPPORT);
  EXPECT_EQ(code_of_put(FdbEntry{"weft-v6.1", hw("0a:58:00:00:00:09"), ip("192.0.2.9")}), EAFNOSUPPORT);
}

TEST_P(KernelContract, TheLastIpv4AddressTakesRoutesAndNeighbours) {
  KernelState state = sample_overlay();
  apply_all(puts_of(state));
  hand().remove_address({"weft.1", ip("10.244.0.0"), 32});
  const auto is_v4 = [](const auto& object) { return object.link == "weft.1"; };
  std::erase_if(state.addresses, is_v4);
  std::erase_if(state.neighbours, is_v4);
  std::erase_if(state.routes, is_v4);
  EXPECT_EQ(own(), state);
}

TEST_P(KernelContract, AnAddressThatIsNotTheLastTakesNothing) {
  KernelState state = sample_overlay();
  apply_all(puts_of(state));
  hand().add_address({"weft.1", ip("10.244.0.9"), 32});
  hand().add_address({"weft-v6.1", ip("fd00:10:244::9"), 128});
  for (const auto& address : state.addresses) hand().remove_address(address);
  state.addresses = {{"weft.1", ip("10.244.0.9"), 32}, {"weft-v6.1", ip("fd00:10:244::9"), 128}};
  state.normalise();
  EXPECT_EQ(own(), state);
}

TEST_P(KernelContract, TheLastIpv6AddressTakesNothing) {
  KernelState state = sample_overlay();
  apply_all(puts_of(state));
  hand().remove_address({"weft-v6.1", ip("fd00:10:244::"), 128});
  std::erase_if(state.addresses, [](const LinkAddress& held) { return held.link == "weft-v6.1"; });
  EXPECT_EQ(own(), state);
}

TEST_P(KernelContract, AFailureStopsNothingAndHitsOnlyItself) {
  apply_all(puts_of(sample_overlay()));
  std::vector<Operation> operations;
  for (unsigned i = 0; i < 300; ++i) {
    const auto subnet = net("10.64.0.0/10").block(24, i);
    const bool onlink = i % 50 != 0;
    operations.push_back({Verb::put, Route{subnet, 1000 + i, "weft.1", subnet.address(), onlink}});
  }
  const auto results = apply(operations);
  for (std::size_t i = 0; i < results.size(); ++i) EXPECT_EQ(bool(results[i]), i % 50 != 0) << i;
  EXPECT_EQ(own().routes.size(), sample_overlay().routes.size() + 294);
}

}  // namespace
}  // namespace weft::test
