#include "subnet/relist_damper.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace weft {
namespace {

using namespace std::chrono_literals;
using Cause = RelistDamper::Cause;

LeaseHolder holder(unsigned number) {
  const auto block = IpPrefix::parse("10.244.0.0/16")->block(24, number);
  return {.node = fmt::format("n{:03}", number),
          .lease = {.uid = fmt::format("uid-{}", number), .subnets = {.v4 = block}, .rev4 = number + 1},
          .vtep = Vtep{.vni = 1,
                       .port = 8472,
                       .ip = IpAddress::from_v4(0xc0000200U + number),
                       .mac = MacAddress::locally_administered(number)}};
}

LeaseSnapshotPtr snapshot(unsigned first, unsigned end) {
  auto made = std::make_shared<LeaseSnapshot>();
  for (unsigned number = first; number < end; ++number) made->holders.push_back(holder(number));
  return made;
}

// `base` with one holder replaced or added.
LeaseSnapshotPtr with(const LeaseSnapshotPtr& base, const LeaseHolder& one) {
  auto made = std::make_shared<LeaseSnapshot>(*base);
  std::erase_if(made->holders, [&](const auto& other) { return other.node == one.node; });
  made->holders.push_back(one);
  std::ranges::sort(made->holders, {}, &LeaseHolder::node);
  return made;
}

class RelistDamperTest : public testing::Test {
 protected:
  RelistDamper::Passed list(LeaseSnapshotPtr fresh) { return damper_.pass(std::move(fresh), Cause::list, now_); }
  RelistDamper::Passed events(LeaseSnapshotPtr fresh) { return damper_.pass(std::move(fresh), Cause::events, now_); }

  RelistDamper damper_;
  TimePoint now_{};
};

TEST_F(RelistDamperTest, TheFirstListIsBelieved) {
  const auto first = snapshot(0, 100);
  const auto passed = list(first);
  EXPECT_EQ(passed.snapshot, first);
  EXPECT_EQ(passed.relist_after, std::nullopt);
  EXPECT_EQ(damper_.pass(nullptr, Cause::list, now_).snapshot, nullptr);
}

TEST_F(RelistDamperTest, TwentyPercentAreBelievedAndOneMoreIsNot) {
  list(snapshot(0, 100));
  auto passed = list(snapshot(20, 100));
  EXPECT_EQ(passed.snapshot->holders.size(), 80U);
  EXPECT_EQ(passed.relist_after, std::nullopt);

  passed = list(snapshot(37, 100));
  EXPECT_EQ(passed.snapshot->holders.size(), 80U);
  EXPECT_EQ(damper_.held_back(), 17U);
  EXPECT_EQ(passed.relist_after, 30s);
}

TEST_F(RelistDamperTest, TenAreBelievedHoweverSmallTheCluster) {
  list(snapshot(0, 11));
  EXPECT_EQ(list(snapshot(10, 11)).snapshot->holders.size(), 1U);
  list(snapshot(0, 11));
  EXPECT_EQ(list(snapshot(0, 0)).snapshot->holders.size(), 11U);
}

TEST_F(RelistDamperTest, HeldBackHoldersAreMarkedAndInOrder) {
  list(snapshot(0, 30));
  const auto passed = list(snapshot(15, 30));
  EXPECT_TRUE(std::ranges::is_sorted(passed.snapshot->holders, {}, &LeaseHolder::node));
  EXPECT_EQ(std::ranges::count(passed.snapshot->holders, true, &LeaseHolder::held_back), 15);
  EXPECT_TRUE(passed.snapshot->holders.front().held_back);
}

TEST_F(RelistDamperTest, ALaterListConfirms) {
  list(snapshot(0, 30));
  list(snapshot(15, 30));
  now_ += 30s;
  const auto passed = list(snapshot(15, 30));
  EXPECT_EQ(passed.snapshot->holders.size(), 15U);
  EXPECT_EQ(passed.relist_after, std::nullopt);
  EXPECT_EQ(damper_.held_back(), 0U);
}

TEST_F(RelistDamperTest, AnEarlierListConfirmsNothing) {
  list(snapshot(0, 30));
  list(snapshot(15, 30));
  now_ += 29s;
  const auto passed = list(snapshot(15, 30));
  EXPECT_EQ(passed.snapshot->holders.size(), 30U);
  EXPECT_EQ(passed.relist_after, 1s) << "counted from when they were missed first";
}

TEST_F(RelistDamperTest, ALaterListBringsThemBack) {
  list(snapshot(0, 30));
  list(snapshot(15, 30));
  now_ += 30s;
  const auto whole = snapshot(0, 30);
  EXPECT_EQ(list(whole).snapshot, whole);
}

TEST_F(RelistDamperTest, WhatIsMissedLaterWaitsItsOwnTime) {
  list(snapshot(0, 100));
  list(snapshot(30, 100));
  now_ += 30s;
  const auto passed = list(snapshot(60, 100));
  EXPECT_EQ(passed.snapshot->holders.size(), 70U) << "the first thirty are confirmed gone, the others are not";
  EXPECT_EQ(passed.relist_after, 30s);
}

TEST_F(RelistDamperTest, DeletionsInTheLogAreNeverHeldBack) {
  list(snapshot(0, 100));
  const auto fresh = snapshot(99, 100);
  EXPECT_EQ(events(fresh).snapshot, fresh);
}

TEST_F(RelistDamperTest, EventsKeepWhatIsHeldBack) {
  list(snapshot(0, 30));
  const auto half = snapshot(15, 30);
  const auto held = list(half).snapshot;
  EXPECT_EQ(events(half).snapshot, held) << "nothing changed: nobody is woken";
  EXPECT_EQ(events(snapshot(16, 30)).snapshot->holders.size(), 29U);
}

class Returning : public RelistDamperTest, public testing::WithParamInterface<std::pair<const char*, LeaseHolder>> {};

// Node n003 is held back; another that takes its place must win at once.
TEST_P(Returning, WhoeverIsPresentWins) {
  list(snapshot(0, 30));
  const auto fresh = snapshot(15, 30);
  list(fresh);
  const auto passed = events(with(fresh, GetParam().second));
  const auto& holders = passed.snapshot->holders;
  EXPECT_EQ(std::ranges::count_if(holders, [](const auto& one) { return one.node == "n003" && one.held_back; }), 0);
  EXPECT_EQ(damper_.held_back(), 14U);
  EXPECT_EQ(holders.size(), 30U);
}

LeaseHolder other(unsigned number, void (*change)(LeaseHolder&)) {
  auto changed = holder(number);
  change(changed);
  return changed;
}

INSTANTIATE_TEST_SUITE_P(
    Taken, Returning,
    testing::Values(std::pair("Name", holder(3)),
                    std::pair("Subnet",
                              other(200, [](LeaseHolder& one) { one.lease.subnets = holder(3).lease.subnets; })),
                    std::pair("PartOfTheSubnet", other(200,
                                                       [](LeaseHolder& one) {
                                                         one.lease.subnets.v4 =
                                                             IpPrefix::parse("10.244.3.128/25").value();
                                                       })),
                    std::pair("Address", other(200, [](LeaseHolder& one) { one.vtep->ip = holder(3).vtep->ip; })),
                    std::pair("Mac", other(200, [](LeaseHolder& one) { one.vtep->mac6 = holder(3).vtep->mac; }))),
    [](const auto& one) { return std::string(one.param.first); });

TEST_F(RelistDamperTest, AWiderSubnetTakesAllThatIsInIt) {
  list(snapshot(0, 30));
  const auto fresh = snapshot(15, 30);
  list(fresh);
  // A present block nested in the wide one: the wide one is then not the nearest neighbour of what it covers.
  const auto wide =
      other(200, [](LeaseHolder& one) { one.lease.subnets.v4 = IpPrefix::parse("10.244.0.0/20").value(); });
  const auto nested =
      other(201, [](LeaseHolder& one) { one.lease.subnets.v4 = IpPrefix::parse("10.244.2.0/25").value(); });
  EXPECT_EQ(events(with(with(fresh, wide), nested)).snapshot->holders.size(), 17U);
}

TEST_F(RelistDamperTest, TheOwnNodeIsNoPeer) {
  list(snapshot(0, 30));
  auto fresh = std::make_shared<LeaseSnapshot>(*snapshot(15, 30));
  const auto own = holder(3);
  fresh->self = LocalLease{own.node, own.lease, *own.vtep};
  EXPECT_EQ(list(fresh).snapshot->holders.size(), 29U);
}

}  // namespace
}  // namespace weft
