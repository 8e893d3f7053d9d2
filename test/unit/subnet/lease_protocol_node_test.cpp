// The own Node's life: restarts, outages, deletion, re-creation.
#include "test/unit/subnet/lease_protocol_fixture.h"

namespace weft {
namespace {

using Protocol = LeaseProtocolTest;
using namespace std::chrono_literals;
using lease_input::PatchOutcome;
using lease_input::ReadOutcome;

TEST_F(Protocol, AHeldLeaseNeedsNoRenewal) {
  start_held(node("me", 5));
  EXPECT_FALSE(did<lease_action::ArmTimer>());
  advance(std::chrono::hours(24 * 365));
  step(lease_input::TimerFired{});
  EXPECT_TRUE(actions_.empty());
  EXPECT_EQ(state(), LeaseState::held);
}

TEST_F(Protocol, AnOutageOfDaysChangesNothing) {
  start_held(node("me", 5));
  step(lease_input::StreamBroken{});
  for (int hour = 0; hour < 100; ++hour) {
    advance(1h);
    step(lease_input::TimerFired{});
    EXPECT_TRUE(actions_.empty());
  }
  own_.revision = 900;  // the kubelet went on
  list({own_}, 1000);
  EXPECT_EQ(state(), LeaseState::held);
  EXPECT_FALSE(did<lease_action::PatchOwnNode>());
}

TEST_F(Protocol, WhatAnOutageHidFromUsIsSeenAfterIt) {
  start_held(node("me", 5));
  const Subnets held = protocol_->local()->lease.subnets;
  step(lease_input::StreamBroken{});
  advance(72h);
  own_.revision = 900;
  own_.lease.reset();
  list({own_, with_lease(node("n1", 800), held.v4->to_string(), 700)}, 1000);
  ASSERT_EQ(state(), LeaseState::suspect);
  apply_patch(1001);
  EXPECT_EQ(state(), LeaseState::evicted);
}

TEST_F(Protocol, ADeletedNodeIsWaitedForAndItsBlocksAreClaimedAgain) {
  start_held(node("me", 5));
  const Subnets held = protocol_->local()->lease.subnets;
  deleted(own_, 20);
  ASSERT_EQ(state(), LeaseState::suspect);
  EXPECT_EQ(protocol_->local()->lease.subnets, held) << "local pods go on";
  EXPECT_TRUE(last<lease_action::SetWatch>()->full);
  fire_timer();
  answer_get(ReadOutcome::not_found);
  EXPECT_EQ(state(), LeaseState::suspect);
  event(node("me", 30, "uid-new"));
  fire_timer();
  answer_get(NodeRecord(own_));
  ASSERT_EQ(state(), LeaseState::suspect);
  EXPECT_EQ(patch().uid, "uid-new");
  EXPECT_EQ(patch().claim.value.subnets, held);
  run_to_held(31);
  EXPECT_EQ(protocol_->local()->lease.uid, "uid-new");
}

TEST_F(Protocol, ANodeCreatedAnewWithTheOldAnnotationsIsNotOurs) {
  start_held(node("me", 5));
  const Subnets held = protocol_->local()->lease.subnets;
  NodeRecord restored = own_;
  restored.uid = "uid-new";
  restored.revision = 20;
  event(restored);
  ASSERT_EQ(state(), LeaseState::suspect);
  EXPECT_EQ(patch().claim.value.uid, "uid-new");
  EXPECT_EQ(patch().claim.value.subnets, held);
  run_to_held(21);
}

TEST_F(Protocol, APatchForTheOldNodeIsAnsweredByStartingAnew) {
  for (const auto outcome : {PatchOutcome::invalid, PatchOutcome::not_found}) {
    start(node("me", 5));
    answer_patch(outcome);
    EXPECT_EQ(state(), LeaseState::start);
    fire_timer();
    ASSERT_TRUE(did<lease_action::GetOwnNode>());
    own_ = node("me", 9, "uid-new");
    answer_get(NodeRecord(own_));
    EXPECT_EQ(patch().uid, "uid-new");
    EXPECT_EQ(patch().revision, 9U);
  }
}

TEST_F(Protocol, AClaimLeftByACrashIsJudgedByAList) {
  start(with_claim(node("me", 5), "10.1.7.0/24", "crash"));
  ASSERT_EQ(state(), LeaseState::judge_list);
  EXPECT_EQ(last<lease_action::ListNodes>()->exact, 5U);
  answer_list({own_}, 5);
  ASSERT_EQ(state(), LeaseState::won);
  apply_patch(6);
  EXPECT_EQ(protocol_->local()->lease.subnets.v4, block("10.1.7.0/24"));
}

TEST_F(Protocol, AStrongerLeaseFoundAtARestartIsYieldedTo) {
  NodeRecord own = with_lease(node("me", 9), "10.1.7.0/24", 8);
  own.vtep = test_vtep();
  start(own, {with_lease(node("n1", 4), "10.1.7.0/24", 3)});
  ASSERT_EQ(state(), LeaseState::suspect) << "somebody broke the rules; the earlier claim stays";
  apply_patch(10);
  EXPECT_EQ(state(), LeaseState::evicted);
}

TEST_F(Protocol, AWeakerLeaseFoundAtARestartChangesNothing) {
  NodeRecord own = with_lease(node("me", 9), "10.1.7.0/24", 3);
  own.vtep = test_vtep();
  start(own, {with_lease(node("n1", 4), "10.1.7.0/24", 8)});
  EXPECT_EQ(state(), LeaseState::held);
}

TEST_F(Protocol, AStrongerLeaseThatComesIsYieldedTo) {
  start_held(node("me", 50));
  const std::string held = protocol_->local()->lease.subnets.v4->to_string();
  event(with_lease(node("n1", 60), held, 99));
  EXPECT_EQ(state(), LeaseState::held);
  event(with_lease(node("n1", 61), held, 3));
  EXPECT_EQ(state(), LeaseState::suspect);
}

TEST_F(Protocol, AnEvictedNodePicksAnewWhenItsPodsAreGone) {
  start_held(node("me", 5));
  const Subnets held = protocol_->local()->lease.subnets;
  event(with_lease(node("n1", 9), held.v4->to_string(), 1));
  NodeRecord own = own_;
  own.revision = 10;
  own.lease.reset();
  event(own);
  apply_patch(11);
  ASSERT_EQ(state(), LeaseState::evicted);
  EXPECT_EQ(protocol_->local(), std::nullopt);
  apply_patch(12);
  EXPECT_EQ(own_.claim, std::nullopt) << "nothing of the block is kept";
  advance(24h);
  step(lease_input::TimerFired{});
  EXPECT_EQ(state(), LeaseState::evicted) << "pods of the old block still run";
  step(lease_input::PodsGone{});
  answer_get(NodeRecord(own_));
  ASSERT_EQ(state(), LeaseState::claim);
  EXPECT_NE(patch().claim.value.subnets, held);
}

}  // namespace
}  // namespace weft
