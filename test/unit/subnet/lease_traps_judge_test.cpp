// The ways a lease protocol goes wrong that have a name, and what is done about each: what a claim is judged on.
// Those of writing are in lease_traps_write_test.cpp.
#include "test/unit/subnet/lease_protocol_fixture.h"

namespace weft {
namespace {

using LeaseTraps = LeaseProtocolTest;

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

}  // namespace
}  // namespace weft
