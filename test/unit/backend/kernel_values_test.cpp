#include "backend/kernel_values.h"

#include "backend/kernel_state.h"
#include "test/support/golden.h"
#include "test/support/literals.h"
#include "test/support/sample_overlay.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace weft::test {
namespace {

TEST(KernelValues, TextIsThatOfIproute2AsFarAsItGoes) {
  EXPECT_TRUE(matches_golden("overlay.txt", to_string(sample_overlay())));
}

TEST(KernelValues, TextNamesADeviceOfAnotherKindAndOneThatIsDown) {
  const Link link{.name = "weft.1", .vxlan = std::nullopt, .mac = hw("0a:00:00:00:00:01"), .mtu = 1500, .up = false};
  EXPECT_EQ(to_string(link), "link weft.1 (not a vxlan) address 0a:00:00:00:00:01 mtu 1500 down");
}

TEST(KernelValues, TextOfADirectRouteHasNoOnlink) {
  const Route route{.destination = net("10.244.7.0/24"), .metric = 1007, .link = "up0", .gateway = ip("192.0.2.7")};
  EXPECT_EQ(to_string(route), "route 10.244.7.0/24 via 192.0.2.7 dev up0 metric 1007");
  EXPECT_EQ(to_string(Route{.destination = net("192.0.2.0/24"), .link = "up0"}), "route 192.0.2.0/24 dev up0 metric 0");
}

TEST(KernelValues, SlotsAreTheKernels) {
  const Route route{net("10.244.7.0/24"), 1007, "weft.1", ip("10.244.7.0"), true};
  Route other = route;
  other.link = "up0";
  other.gateway = ip("192.0.2.7");
  EXPECT_TRUE(same_slot(route, other));
  other.metric = 0;
  EXPECT_FALSE(same_slot(route, other));
  EXPECT_TRUE(same_slot(Neighbour{"a", ip("10.0.0.1"), hw("02:00:00:00:00:01")},
                        Neighbour{"a", ip("10.0.0.1"), hw("02:00:00:00:00:02")}));
  EXPECT_FALSE(same_slot(FdbEntry{"a", hw("02:00:00:00:00:01"), ip("10.0.0.1")},
                         FdbEntry{"b", hw("02:00:00:00:00:01"), ip("10.0.0.1")}));
}

TEST(KernelState, NormaliseSortsAndKeepsTheFirstOfASlot) {
  KernelState state = sample_overlay();
  KernelState shuffled = state;
  std::ranges::reverse(shuffled.routes);
  std::ranges::reverse(shuffled.links);
  Route second = state.routes[0];
  second.gateway = ip("10.244.99.99");
  shuffled.routes.push_back(second);
  shuffled.normalise();
  EXPECT_EQ(shuffled, state);
}

}  // namespace
}  // namespace weft::test
