// The ways a lease protocol goes wrong that have a name, and what is done about each: what is written, and what others
// write into the own Node. Those of judging are in lease_traps_judge_test.cpp.
#include "subnet/annotation_keys.h"
#include "subnet/patch_body.h"
#include "test/unit/subnet/lease_protocol_fixture.h"

#include <nlohmann/json.hpp>

namespace weft {
namespace {

using LeaseTraps = LeaseProtocolTest;
using namespace std::chrono_literals;
using lease_action::LeaseEventReason;
using lease_input::PatchOutcome;

// A PATCH that lost its way can come to the server hours later. It must not apply to a Node that has moved on.
TEST_F(LeaseTraps, Trap03_EveryPatchIsGuardedByItsVersion) {
  start(node("me", 5));
  const NodePatch late = patch();
  EXPECT_EQ(late.revision, 5U);
  EXPECT_EQ(late.uid, "uid-me");
  const auto body = nlohmann::json::parse(patch_body(late, AnnotationKeys::under("weft.network").value()));
  EXPECT_EQ(body.at("metadata").at("resourceVersion"), "5");
  EXPECT_EQ(body.at("metadata").at("uid"), "uid-me");

  answer_patch(PatchOutcome::unknown);
  event(node("me", 6));  // the kubelet's: from here on the first PATCH is dead
  ASSERT_EQ(state(), LeaseState::claim);
  EXPECT_EQ(patch().revision, 6U);
  apply_patch(7);
  ASSERT_EQ(state(), LeaseState::won);
  EXPECT_EQ(patch().revision, 7U);
}

// What stands in the newest version may have been gone in between, and another node may have won meanwhile.
TEST_F(LeaseTraps, Trap03_AConfirmationIsGuardedByWhatWasSeenWithoutAGap) {
  start(node("me", 5));
  apply_patch(6);
  ASSERT_EQ(state(), LeaseState::won);
  answer_patch(PatchOutcome::conflict);
  NodeRecord later = own_;
  later.revision = 9;
  fire_timer();
  answer_get(later);
  EXPECT_EQ(state(), LeaseState::won);
  EXPECT_FALSE(did<lease_action::PatchOwnNode>()) << "versions 7 and 8 are still to come";
  event(later);
  EXPECT_EQ(patch().revision, 9U);
  apply_patch(10);
  EXPECT_EQ(state(), LeaseState::held);
}

// A PATCH that changes nothing makes no version and no event.
TEST_F(LeaseTraps, Trap04_ARetryIsNoRepetition) {
  start(node("me", 5));
  const Claim first = patch().claim.value;
  answer_patch(PatchOutcome::unknown);
  EXPECT_EQ(state(), LeaseState::wait);
  fire_timer();
  ASSERT_TRUE(did<lease_action::GetOwnNode>()) << "no event is no reason to wait for ever";
  answer_get(node("me", 5));
  ASSERT_EQ(state(), LeaseState::claim);
  EXPECT_EQ(patch().claim.value.subnets, first.subnets);
  EXPECT_NE(patch().claim.value.nonce, first.nonce);
}

// A Node that boots is written to all the time.
TEST_F(LeaseTraps, Trap05_ConflictsAreNoReasonToPickAnew) {
  start(node("me", 5));
  const Subnets wanted = patch().claim.value.subnets;
  for (Revision revision = 6; revision < 20; ++revision) {
    answer_patch(PatchOutcome::conflict);
    event(node("me", revision));
    if (state() == LeaseState::start) {  // enough of it: a little later
      fire_timer();
      answer_get(node("me", revision));
    }
    ASSERT_EQ(state(), LeaseState::claim);
    EXPECT_EQ(patch().revision, revision);
    EXPECT_EQ(patch().claim.value.subnets, wanted);
  }
  run_to_held(20);
  EXPECT_EQ(protocol_->local()->lease.subnets, wanted);
}

// The watch may be behind the GET that the claim was computed from. What it catches up with is no conflict.
TEST_F(LeaseTraps, Trap05_OldEventsAreNoConflicts) {
  start(node("me", 5));
  answer_patch(PatchOutcome::conflict);
  fire_timer();
  answer_get(node("me", 9));
  ASSERT_EQ(patch().revision, 9U);
  for (Revision revision = 6; revision <= 9; ++revision) {
    event(node("me", revision));
    EXPECT_FALSE(did<lease_action::PatchOwnNode>()) << revision;
  }
  run_to_held(10);
}

// What was written is not what was asked for, so what was asked for must not become a lease.
TEST_F(LeaseTraps, Trap06_AClaimRewrittenOnItsWayIsDropped) {
  start(node("me", 5));
  const LeaseRequestId id = last<lease_action::PatchOwnNode>()->id;
  apply_patch_quietly(6);
  own_.claim->subnets.v4 = block("10.1.250.0/24");
  step(lease_input::PatchDone{id, PatchOutcome::applied, own_, {}});
  EXPECT_EQ(state(), LeaseState::start);
  EXPECT_TRUE(did<lease_action::Problem>());
  event(NodeRecord(own_));
  EXPECT_FALSE(did<lease_action::PatchOwnNode>());
  fire_timer();
  answer_get(NodeRecord(own_));  // START: a claim that stands is judged by what it says
  ASSERT_EQ(state(), LeaseState::judge_list);
  answer_list({own_}, 6);
  EXPECT_EQ(patch().lease.value.subnets.v4, block("10.1.250.0/24"));
}

TEST_F(LeaseTraps, Trap06_AClaimRewrittenByHandIsDropped) {
  start(node("me", 5));
  apply_patch(6);
  ASSERT_EQ(state(), LeaseState::won);
  NodeRecord edited = own_;
  edited.revision = 7;
  edited.claim->subnets.v4 = block("10.1.250.0/24");
  event(edited);
  EXPECT_EQ(state(), LeaseState::start);
  EXPECT_TRUE(did<lease_action::GetOwnNode>());
}

// The other daemon's claim stands in our Node. Only what is in the log now can become a lease, and it is one of the
// two. (That there is no second daemon: SingleInstance.)
TEST_F(LeaseTraps, Trap13_OfTwoDaemonsOnOneHostOneClaimStands) {
  start(node("me", 5));
  apply_patch(6);
  ASSERT_EQ(state(), LeaseState::won);
  answer_patch(PatchOutcome::conflict);
  NodeRecord theirs = own_;
  theirs.revision = 7;
  theirs.claim->nonce = "theirs";  // they have our name, so they pick our block
  event(theirs);
  EXPECT_EQ(state(), LeaseState::start);
  EXPECT_FALSE(did<lease_action::PatchOwnNode>());
}

// Both hosts hold the lease of the one Node. That must not go unseen, nor may they overwrite each other without end.
TEST_F(LeaseTraps, Trap14_TwoHostsUnderOneNameAreNoticed) {
  start_held(node("me", 5));
  LeaseTime before = now_;
  std::chrono::nanoseconds pause{};
  for (Revision revision = 10; revision < 30; revision += 2) {
    NodeRecord theirs = own_;
    theirs.revision = revision;
    theirs.vtep = test_vtep(99);
    event(theirs);
    EXPECT_EQ(said(LeaseEventReason::conflict), revision == 12) << "a person is told, once";
    if (!did<lease_action::PatchOwnNode>()) {
      fire_timer();
      answer_get(theirs);
    }
    ASSERT_EQ(patch().vtep, AnnotationChange<Vtep>::to(test_vtep()));
    pause = now_ - before;
    before = now_;
    apply_patch(revision + 1);
  }
  EXPECT_GE(pause, 10s) << "it gets slower";
}

}  // namespace
}  // namespace weft
