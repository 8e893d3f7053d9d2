#include "subnet/lease_set.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

IpPrefix prefix(const char* text) { return IpPrefix::parse(text).value(); }
const IpPrefix kNetwork = prefix("10.244.0.0/16");

NodeRecord node(std::string name, Revision revision = 1) {
  return {.name = name, .uid = "uid-" + name, .revision = revision};
}

NodeRecord with_lease(std::string name, const char* block, Revision revision = 1) {
  auto record = node(name, revision);
  record.lease = Lease{.uid = record.uid, .subnets = {.v4 = prefix(block)}, .rev4 = revision};
  return record;
}

class LeaseSetTest : public testing::Test {
 protected:
  void list(std::vector<NodeRecord> records, Revision revision) {
    set_.begin_list();
    for (auto& record : records) set_.upsert(std::move(record));
    set_.end_list(revision);
  }

  LeaseSet set_;
};

TEST_F(LeaseSetTest, HasNoSnapshotBeforeACompleteList) {
  EXPECT_EQ(set_.snapshot("n1", std::nullopt), nullptr);
  set_.begin_list();
  set_.upsert(with_lease("n2", "10.244.2.0/24"));
  EXPECT_EQ(set_.snapshot("n1", std::nullopt), nullptr);
  set_.end_list(7);
  const auto snapshot = set_.snapshot("n1", std::nullopt);
  ASSERT_NE(snapshot, nullptr);
  EXPECT_EQ(snapshot->revision, 7U);
  ASSERT_EQ(snapshot->holders.size(), 1U);
  EXPECT_EQ(snapshot->holders[0].node, "n2");
}

TEST_F(LeaseSetTest, ANewListDropsWhatIsNotInIt) {
  list({with_lease("n2", "10.244.2.0/24"), with_lease("n3", "10.244.3.0/24")}, 5);
  list({with_lease("n3", "10.244.3.0/24")}, 9);
  EXPECT_FALSE(set_.find("n2"));
  EXPECT_TRUE(set_.find("n3"));
}

TEST_F(LeaseSetTest, ASnapshotIsNotTakenInTheMiddleOfALaterList) {
  list({with_lease("n2", "10.244.2.0/24")}, 5);
  set_.begin_list();
  EXPECT_FALSE(set_.in_sync());
  EXPECT_EQ(set_.snapshot("n1", std::nullopt), nullptr);
}

TEST_F(LeaseSetTest, HoldersAreOthersWithALeaseOfTheirOwnUid) {
  auto foreign = with_lease("n3", "10.244.3.0/24");
  foreign.lease->uid = "another";
  list({with_lease("n1", "10.244.1.0/24"), with_lease("n2", "10.244.2.0/24"), foreign, node("n4")}, 5);
  const auto snapshot = set_.snapshot("n1", std::nullopt);
  ASSERT_EQ(snapshot->holders.size(), 1U);
  EXPECT_EQ(snapshot->holders[0].node, "n2");
}

TEST_F(LeaseSetTest, BusyNamesWhatStandsThere) {
  auto claimed = node("n3");
  claimed.claim = Claim{"uid-n3", "0123456789abcdef", {.v4 = prefix("10.244.3.0/24")}};
  auto assigned = node("n4");
  assigned.pod_cidrs = {prefix("10.244.4.0/23")};
  list({with_lease("n2", "10.244.2.0/24"), claimed, assigned}, 5);
  EXPECT_EQ(set_.busy(prefix("10.244.2.128/25"), "n1", kNetwork)->to_string(), "lease 10.244.2.0/24 of node n2");
  EXPECT_EQ(set_.busy(prefix("10.244.3.0/24"), "n1", kNetwork)->what, "claim");
  EXPECT_EQ(set_.busy(prefix("10.244.5.0/24"), "n1", kNetwork)->what, "podCIDR");
  EXPECT_EQ(set_.busy(prefix("10.244.6.0/24"), "n1", kNetwork), std::nullopt);
}

TEST_F(LeaseSetTest, TheOwnBlocksAreNotBusy) {
  list({with_lease("n1", "10.244.1.0/24")}, 5);
  EXPECT_EQ(set_.busy(prefix("10.244.1.0/24"), "n1", kNetwork), std::nullopt);
}

TEST_F(LeaseSetTest, InertAndDyingNodesBlockAllTheSame) {
  auto inert = with_lease("n2", "10.244.2.0/24");
  inert.lease->uid = "of an earlier incarnation";
  auto dying = with_lease("n3", "10.244.3.0/24");
  dying.deleting = true;
  list({inert, dying}, 5);
  EXPECT_TRUE(set_.busy(prefix("10.244.2.0/24"), "n1", kNetwork));
  EXPECT_TRUE(set_.busy(prefix("10.244.3.0/24"), "n1", kNetwork));
  set_.remove("n3", 6);
  EXPECT_FALSE(set_.busy(prefix("10.244.3.0/24"), "n1", kNetwork));
}

TEST_F(LeaseSetTest, ABlockThatIsTheWholeNetworkIsIgnored) {
  auto greedy = node("n2");
  greedy.pod_cidrs = {prefix("10.0.0.0/8")};
  list({greedy}, 5);
  EXPECT_FALSE(set_.busy(prefix("10.244.2.0/24"), "n1", kNetwork));
  EXPECT_TRUE(set_.occupied(Family::v4, "n1", kNetwork).empty());
}

TEST_F(LeaseSetTest, OccupiedIsSortedAndHasEachBlockOnce) {
  auto both = with_lease("n2", "10.244.9.0/24");
  both.pod_cidrs = {prefix("10.244.9.0/24"), prefix("fd00::/64")};
  list({both, with_lease("n3", "10.244.3.0/24")}, 5);
  EXPECT_EQ(set_.occupied(Family::v4, "n1", kNetwork), (std::vector{prefix("10.244.3.0/24"), prefix("10.244.9.0/24")}));
}

TEST_F(LeaseSetTest, AHeartbeatMakesNoNewSnapshot) {
  list({with_lease("n2", "10.244.2.0/24"), node("n3")}, 5);
  const auto first = set_.snapshot("n1", std::nullopt);
  auto beat = with_lease("n2", "10.244.2.0/24");
  beat.revision = 6;
  set_.upsert(beat);
  set_.upsert(node("n3", 7));
  set_.remove("n3", 8);
  EXPECT_EQ(set_.snapshot("n1", std::nullopt), first);
  EXPECT_EQ(set_.revision(), 8U);
}

TEST_F(LeaseSetTest, WhateverIsRoutedMakesANewSnapshot) {
  list({with_lease("n2", "10.244.2.0/24")}, 5);
  auto last = set_.snapshot("n1", std::nullopt);
  const auto expect_new = [&](const char* what, const LeaseSnapshotPtr& next) {
    EXPECT_NE(next, last) << what;
    EXPECT_GT(next->generation, last->generation) << what;
    last = next;
  };
  auto routed = with_lease("n2", "10.244.2.0/24");
  routed.vtep = Vtep{.vni = 1};
  set_.upsert(routed);
  expect_new("a vtep", set_.snapshot("n1", std::nullopt));
  set_.upsert(node("n2", 6));
  expect_new("a lease taken back", set_.snapshot("n1", std::nullopt));
  set_.upsert(with_lease("n3", "10.244.3.0/24"));
  expect_new("another node", set_.snapshot("n1", std::nullopt));
  set_.remove("n3", 9);
  expect_new("a node deleted", set_.snapshot("n1", std::nullopt));
  expect_new("the own lease", set_.snapshot("n1", LocalLease{.node = "n1"}));
  expect_new("another own node", set_.snapshot("n2", LocalLease{.node = "n1"}));
  list({}, 10);
  expect_new("a list", set_.snapshot("n2", LocalLease{.node = "n1"}));
}

TEST_F(LeaseSetTest, TheRevisionFollowsTheStreamAndAListSetsIt) {
  list({}, 10);
  set_.upsert(node("n2", 12));
  EXPECT_EQ(set_.revision(), 12U);
  set_.remove("n2", 15);
  EXPECT_EQ(set_.revision(), 15U);
  list({}, 4);
  EXPECT_EQ(set_.revision(), 4U) << "a restored store goes back, and that must be seen";
}

}  // namespace
}  // namespace weft
