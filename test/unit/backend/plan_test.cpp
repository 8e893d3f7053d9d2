// What a plan is made of, by example; plan_property_test.cpp has what holds for every plan.
#include "backend/plan.h"

#include "test/support/golden.h"
#include "test/support/literals.h"
#include "test/support/sample_overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace weft::test {
namespace {

using testing::ElementsAre;

Operation put(KernelObject object) { return {Verb::put, std::move(object)}; }
Operation remove(KernelObject object) { return {Verb::remove, std::move(object)}; }

// `actual` differs from the sample overlay by what `change` did to it.
template <class Change>
std::vector<Operation> plan_after(Change change) {
  KernelState actual = sample_overlay();
  change(actual);
  actual.normalise();
  return make_plan(sample_overlay(), actual).operations;
}

TEST(Plan, EqualStatesNeedNothing) { EXPECT_TRUE(make_plan(sample_overlay(), sample_overlay()).empty()); }

TEST(Plan, ANewNodeIsBuiltUpwards) {
  EXPECT_TRUE(matches_golden("plan_new_node.txt", to_string(make_plan(sample_overlay(), {}))));
}

TEST(Plan, ANodeIsTakenDownInReverse) {
  EXPECT_TRUE(matches_golden("plan_cleanup.txt", to_string(make_plan({}, sample_overlay()))));
}

TEST(Plan, APeerThatMovesIsPutBeforeItsOldEntriesGo) {
  KernelState desired = sample_overlay();
  KernelState actual = sample_overlay();
  add_overlay_peer(desired, 9);
  add_overlay_peer(actual, 10);
  desired.normalise();
  actual.normalise();
  EXPECT_TRUE(matches_golden("plan_peer_exchanged.txt", to_string(make_plan(desired, actual))));
}

TEST(Plan, ADeviceWithOtherFixedAttributesIsMadeAgainWithAllOnIt) {
  KernelState actual = sample_overlay();
  actual.links.at(1).vxlan->local = ip("192.0.2.99");  // weft.1 sorts after weft-v6.1
  EXPECT_TRUE(matches_golden("plan_device_replaced.txt", to_string(make_plan(sample_overlay(), actual))));
}

TEST(Plan, ADeviceOfAnotherKindIsReplaced) {
  const auto operations = plan_after([](KernelState& actual) { actual.links.at(1).vxlan.reset(); });
  ASSERT_GE(operations.size(), 2U);
  EXPECT_EQ(operations[0].verb, Verb::remove);
  EXPECT_EQ(operations[1], put(overlay_link(Family::v4)));
}

TEST(Plan, MtuAndFlagAreChangedInPlace) {
  EXPECT_THAT(plan_after([](KernelState& actual) { actual.links.at(1).mtu = 1400; }),
              ElementsAre(put(overlay_link(Family::v4))));
}

TEST(Plan, ANewMacBringsTheNeighboursBackThatItTakes) {
  const auto state = sample_overlay();
  const auto operations = plan_after([](KernelState& actual) { actual.links.at(1).mac = hw("0a:58:00:00:99:99"); });
  EXPECT_THAT(operations,
              ElementsAre(put(overlay_link(Family::v4)), put(state.neighbours.at(2)), put(state.neighbours.at(3))));
  EXPECT_EQ(state.neighbours.at(2).link, "weft.1");
}

TEST(Plan, AnAddressIsExchangedNewFirst) {
  const LinkAddress wanted = sample_overlay().addresses.at(1);
  const LinkAddress old{"weft.1", ip("10.244.99.0"), 32};
  EXPECT_THAT(plan_after([&](KernelState& actual) { actual.addresses.at(1) = old; }),
              ElementsAre(put(wanted), remove(old)));
}

TEST(Plan, OtherContentInASlotIsReplacedWithoutRemoval) {
  const auto state = sample_overlay();
  const auto operations = plan_after([](KernelState& actual) {
    actual.neighbours.at(0).mac = hw("0a:58:00:00:99:01");
    actual.fdb.at(0).remote = ip("2001:db8::99");
    actual.routes.at(0).gateway = ip("10.244.99.0");
  });
  EXPECT_THAT(operations, ElementsAre(put(state.neighbours.at(0)), put(state.fdb.at(0)), put(state.routes.at(0))));
}

TEST(Plan, ARouteOfAnotherMetricIsPutBeforeTheOldOneGoes) {
  const Route wanted = sample_overlay().routes.at(0);
  Route old = wanted;
  old.metric = 0;
  EXPECT_THAT(plan_after([&](KernelState& actual) { actual.routes.at(0) = old; }),
              ElementsAre(put(wanted), remove(old)));
}

TEST(Plan, WhatLiesOnADeviceThatGoesIsNotRemovedOneByOne) {
  KernelState desired = sample_overlay();
  const auto on_v4 = [](const auto& object) { return object.link == "weft.1"; };
  std::erase_if(desired.links, [](const Link& link) { return link.name == "weft.1"; });
  std::erase_if(desired.addresses, on_v4);
  std::erase_if(desired.neighbours, on_v4);
  std::erase_if(desired.fdb, on_v4);
  std::erase_if(desired.routes, on_v4);
  EXPECT_THAT(make_plan(desired, sample_overlay()).operations, ElementsAre(remove(overlay_link(Family::v4))));
}

}  // namespace
}  // namespace weft::test
