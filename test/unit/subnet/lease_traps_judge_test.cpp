// The ways a lease protocol goes wrong that have a name, and what is done about each: what a claim is judged on.
// Those of writing are in lease_traps_write_test.cpp.
#include "test/unit/subnet/lease_protocol_fixture.h"

namespace weft {
namespace {

using LeaseTraps = LeaseProtocolTest;
using lease_input::PatchOutcome;

NodeRecord rival_of(const Claim& claim, std::string name, Revision revision) {
  NodeRecord rival = node(std::move(name), revision);
  rival.claim = Claim{rival.uid, "rival", claim.subnets};
  return rival;
}

// By name, uid or time two nodes may both win: the better one claims after the other has judged.
TEST_F(LeaseTraps, Trap01_PriorityIsLogOrder) {
  for (const std::string rival : {"a", "z"}) {
    start(node("me", 5));
    const Claim first = patch().claim.value;
    event(rival_of(first, rival, 6));
    apply_patch(7);
    EXPECT_EQ(state(), LeaseState::claim) << rival << " came first";
    EXPECT_NE(patch().claim.value.subnets, first.subnets);

    start(node("me", 5));
    apply_patch(6);
    event(rival_of(first, rival, 7));
    apply_patch(8);
    EXPECT_EQ(state(), LeaseState::held) << rival << " came second";
  }
}

// A list from an API server's cache can be of any age: the rival's claim may be missing in it.
TEST_F(LeaseTraps, Trap02_NothingIsJudgedOnACache) {
  start(node("me", 5));
  const NodeRecord rival = rival_of(patch().claim.value, "n1", 6);
  apply_patch_quietly(7);
  step(lease_input::StreamBroken{});
  list({own_}, 7, false);
  ASSERT_EQ(state(), LeaseState::judge_list);
  EXPECT_EQ(last<lease_action::ListNodes>()->exact, 7U);
  answer_list({node("me", 5)}, 5);
  EXPECT_EQ(state(), LeaseState::judge_list) << "not the list that was asked for";
  fire_timer();
  answer_list({own_, rival}, 7);
  EXPECT_EQ(state(), LeaseState::claim);
  EXPECT_NE(patch().claim.value.subnets, rival.claim->subnets);
}

TEST_F(LeaseTraps, Trap02_AListOlderThanWhatIsKnownJudgesNothing) {
  start(node("me", 5));
  apply_patch_quietly(7);
  const NodeRecord claimed = own_;
  own_.revision = 9;
  step(lease_input::StreamBroken{});
  list({own_}, 9);
  fail_list(lease_input::ReadOutcome::gone);
  answer_list({claimed}, 8);
  EXPECT_EQ(state(), LeaseState::start) << "no server that answers so can be believed";
}

// A win is worth what the watch has followed. After a gap the claim is judged again where it stands.
TEST_F(LeaseTraps, Trap07_AWinIsJudgedAgainAfterAGap) {
  start(node("me", 5));
  const NodeRecord rival = rival_of(patch().claim.value, "n1", 8);
  apply_patch(6);
  ASSERT_EQ(state(), LeaseState::won);
  step(lease_input::StreamBroken{});
  own_.revision = 9;
  list({own_, rival}, 10);
  ASSERT_EQ(state(), LeaseState::judge_list);
  EXPECT_FALSE(did<lease_action::PatchOwnNode>());
  answer_list({own_, rival}, 9);
  EXPECT_EQ(state(), LeaseState::claim);
}

// The first list of a watch has no order: what it shows as one state was never the state at the claim's revision.
TEST_F(LeaseTraps, Trap07_AListIsNoPlaceInTheLog) {
  start(node("me", 5));
  const Subnets wanted = patch().claim.value.subnets;
  apply_patch_quietly(7);
  step(lease_input::StreamBroken{});
  nodes_.begin_list();
  nodes_.upsert(own_);
  step(lease_input::NodeChanged{"me"});  // the rest of the list is still to come
  EXPECT_EQ(state(), LeaseState::judge_list);
  nodes_.end_list(7);
  step(lease_input::ListApplied{7, true});
  ASSERT_EQ(state(), LeaseState::judge_list);
  EXPECT_FALSE(did<lease_action::PatchOwnNode>());
  answer_list({own_}, 7);
  EXPECT_EQ(state(), LeaseState::won);
  EXPECT_EQ(patch().lease.value.subnets, wanted);
}

// A list cut in two by a compaction is no state at all: a new one, from the first page.
TEST_F(LeaseTraps, Trap11_ABrokenListJudgesNothing) {
  start(node("me", 5));
  apply_patch_quietly(7);
  step(lease_input::StreamBroken{});
  list({own_}, 7);
  fail_list(lease_input::ReadOutcome::failed);
  EXPECT_EQ(state(), LeaseState::judge_list);
  EXPECT_FALSE(did<lease_action::PatchOwnNode>());
  fire_timer();
  ASSERT_TRUE(did<lease_action::ListNodes>());
  answer_list({own_}, 7);
  EXPECT_EQ(state(), LeaseState::won);
}

// A GET and the watch are two streams: the GET shows our claim, the watch not yet the rival's before it.
TEST_F(LeaseTraps, Trap12_TwoStreamsHaveNoCommonOrder) {
  start(node("me", 5));
  const NodeRecord rival = rival_of(patch().claim.value, "n1", 6);
  apply_patch_quietly(7);
  answer_patch(PatchOutcome::unknown);
  fire_timer();
  answer_get(NodeRecord(own_));
  ASSERT_EQ(state(), LeaseState::judge_list) << "the set of all Nodes is at 5, the claim is of 7";
  answer_list({own_, rival}, 7);
  EXPECT_EQ(state(), LeaseState::claim);
  EXPECT_NE(patch().claim.value.subnets, rival.claim->subnets);
}

// History is kept for some minutes only. A later state that still has the claim in it judges as well.
TEST_F(LeaseTraps, Trap17_ACompactedRevisionIsReplacedByThePresent) {
  start(node("me", 5));
  const NodeRecord late_rival = rival_of(patch().claim.value, "n1", 9);
  apply_patch_quietly(7);
  step(lease_input::StreamBroken{});
  list({own_}, 7);
  ASSERT_EQ(state(), LeaseState::judge_list);
  EXPECT_EQ(last<lease_action::ListNodes>()->exact, 7U);
  fail_list(lease_input::ReadOutcome::gone);
  ASSERT_TRUE(did<lease_action::ListNodes>());
  EXPECT_EQ(last<lease_action::ListNodes>()->exact, std::nullopt);
  answer_list({own_, late_rival}, 12);
  EXPECT_EQ(state(), LeaseState::claim) << "who came first cannot be told any more: at most one of the two wins";
}

// Where there is no watch cache, or kine stands in for etcd, a list of the past can take longer than anybody waits.
TEST_F(LeaseTraps, Trap20_AListOfThePastIsNotInsistedOn) {
  start(node("me", 5));
  apply_patch_quietly(7);
  step(lease_input::StreamBroken{});
  list({own_}, 7);
  int tries = 0;
  for (; last<lease_action::ListNodes>()->exact == 7U && tries < 10; ++tries) {
    fail_list(lease_input::ReadOutcome::failed);
    ASSERT_EQ(state(), LeaseState::judge_list);
    fire_timer();
    ASSERT_TRUE(did<lease_action::ListNodes>());
  }
  EXPECT_TRUE(tries > 1 && tries < 6) << tries;
  answer_list({own_}, 12);
  EXPECT_EQ(state(), LeaseState::won);
}

}  // namespace
}  // namespace weft
