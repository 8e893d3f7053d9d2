#include "subnet/lease_judge.h"

#include "test/support/arbitrary.h"
#include "test/unit/subnet/lease_protocol_fixture.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weft {
namespace {

// Few values, so that they meet.
NodeRecord any_holder(std::string name) {
  NodeRecord holder = node(std::move(name), 1, *rc::gen::element<std::string>("a", "b", "c"));
  const auto blocks = rc::gen::element(block("10.1.0.0/23"), block("10.1.0.0/24"), block("10.1.1.0/24"));
  holder.lease = Lease{.uid = holder.uid, .subnets = {.v4 = *blocks, .v6 = {}}};
  holder.lease->rev4 = *rc::gen::inRange<Revision>(1, 4);
  return holder;
}

bool yields(const NodeRecord& one, const NodeRecord& two) {
  return stronger_block(two, *one.lease, Family::v4).has_value();
}

RC_GTEST_PROP(LeaseJudge, OfTwoOverlappingLeasesExactlyOneYields, ()) {
  const auto one = any_holder("n1");
  const auto two = any_holder("n2");
  RC_PRE(one.uid != two.uid);
  const bool overlap = one.lease->subnets.v4->overlaps(*two.lease->subnets.v4);
  RC_ASSERT(yields(one, two) + yields(two, one) == (overlap ? 1 : 0));
  RC_ASSERT(!yields(one, one));
}

RC_GTEST_PROP(LeaseJudge, YieldingHasNoCircle, ()) {
  const auto one = any_holder("n1");
  const auto two = any_holder("n2");
  const auto three = any_holder("n3");
  RC_PRE(one.uid != two.uid && two.uid != three.uid && one.uid != three.uid);
  RC_ASSERT(!(yields(one, two) && yields(two, three) && yields(three, one)));
}

TEST(LeaseJudge, TheEarlierClaimStaysThenTheLowerUid) {
  const Lease own = *with_lease(node("me", 9), "10.1.7.0/24", 5).lease;
  EXPECT_TRUE(stronger_block(with_lease(node("n1", 9), "10.1.7.0/24", 4), own, Family::v4));
  EXPECT_FALSE(stronger_block(with_lease(node("n1", 9), "10.1.7.0/24", 6), own, Family::v4));
  EXPECT_TRUE(stronger_block(with_lease(node("n1", 9, "a"), "10.1.7.0/24", 5), own, Family::v4));
  EXPECT_FALSE(stronger_block(with_lease(node("n1", 9, "z"), "10.1.7.0/24", 5), own, Family::v4));
}

TEST(LeaseJudge, RevisionsAreThoseOfTheFamily) {
  Lease own = *with_lease(node("me", 9), "10.1.7.0/24", 5).lease;
  own.subnets.v6 = block("fd00:7::/64");
  own.rev6 = 30;
  NodeRecord other = with_lease(node("n1", 9), "10.1.8.0/24", 20);
  other.lease->subnets.v6 = own.subnets.v6;
  other.lease->rev6 = 25;
  EXPECT_FALSE(stronger_block(other, own, Family::v4));
  EXPECT_TRUE(stronger_block(other, own, Family::v6));
  other.lease->rev6 = 31;
  EXPECT_FALSE(stronger_block(other, own, Family::v6)) << "although its rev4 is of no matter";
}

TEST(LeaseJudge, TheStrongerLeaseIsNamed) {
  LeaseSet nodes;
  nodes.upsert(with_lease(node("n1", 2), "10.1.8.0/24", 1));
  nodes.upsert(with_lease(node("me", 9), "10.1.7.0/24", 1));
  const Lease own = *with_lease(node("me", 9), "10.1.7.0/24", 5).lease;
  EXPECT_FALSE(stronger_lease(nodes, own, "me")) << "one's own does not count";
  nodes.upsert(with_lease(node("n2", 3), "10.1.0.0/20", 2));
  EXPECT_EQ(stronger_lease(nodes, own, "me")->to_string(), "lease 10.1.0.0/20 of node n2");
}

TEST(LeaseJudge, MetadataOfAnotherNodeJudgesNothing) {
  LeaseSet nodes;
  NodeRecord own = node("me", 1);
  own.has_spec = false;
  nodes.upsert(own);
  EXPECT_TRUE(can_judge(nodes, "me"));
  nodes.upsert(node("n1", 2));
  EXPECT_TRUE(can_judge(nodes, "me"));
  own.name = "n2";
  nodes.upsert(own);
  EXPECT_FALSE(can_judge(nodes, "me"));
}

TEST(LeaseJudge, ANodeHoldsAPartOfTheNetwork) {
  EXPECT_TRUE(is_leasable(block("10.1.7.0/24"), block("10.1.0.0/16")));
  EXPECT_TRUE(is_leasable(block("10.1.128.0/17"), block("10.1.0.0/16")));
  EXPECT_FALSE(is_leasable(block("10.1.0.0/16"), block("10.1.0.0/16")));
  EXPECT_FALSE(is_leasable(block("10.2.7.0/24"), block("10.1.0.0/16")));
  EXPECT_FALSE(is_leasable(block("10.0.0.0/8"), block("10.1.0.0/16")));
  EXPECT_FALSE(is_leasable(block("fd00::/64"), block("10.1.0.0/16")));
}

}  // namespace
}  // namespace weft
