// The straight road, and what is written on it.
#include "test/unit/subnet/lease_protocol_fixture.h"

namespace weft {
namespace {

using Protocol = LeaseProtocolTest;
using lease_action::LeaseEventReason;

TEST_F(Protocol, ClaimsThenConfirms) {
  start(node("me", 5), {with_lease(node("n1", 4), "10.1.3.0/24")});
  ASSERT_EQ(state(), LeaseState::claim);
  EXPECT_EQ(patch().revision, 5U);
  EXPECT_EQ(patch().uid, "uid-me");
  EXPECT_EQ(patch().claim.value.uid, "uid-me");
  EXPECT_EQ(patch().claim.value.nonce.size(), 16U);
  const IpPrefix claimed = patch().claim.value.subnets.v4.value();
  EXPECT_TRUE(block("10.1.0.0/16").contains(claimed));
  EXPECT_EQ(claimed.length(), 24U);

  apply_patch(8);
  ASSERT_EQ(state(), LeaseState::won);
  EXPECT_EQ(patch().revision, 8U);
  EXPECT_EQ(patch().claim, AnnotationChange<Claim>::removed());
  EXPECT_EQ(patch().lease.value.subnets.v4, claimed);
  EXPECT_EQ(patch().lease.value.rev4, 8U);
  EXPECT_EQ(patch().vtep, AnnotationChange<Vtep>::to(test_vtep()));

  apply_patch(9);
  EXPECT_EQ(state(), LeaseState::held);
  EXPECT_EQ(protocol_->local()->lease, own_.lease);
  EXPECT_EQ(protocol_->local()->vtep, test_vtep());
}

TEST_F(Protocol, HeldIsToldOnceWithTheLeaseAndAnEvent) {
  start(node("me", 5));
  apply_patch(6);
  const LeaseRequestId id = last<lease_action::PatchOwnNode>()->id;
  apply_patch_quietly(7);
  step(lease_input::PatchDone{id, lease_input::PatchOutcome::applied, own_, {}});
  ASSERT_TRUE(did<lease_action::Held>());
  EXPECT_TRUE(said(LeaseEventReason::leased));
  EXPECT_EQ(last<lease_action::SetWatch>()->full, false);
  event(NodeRecord(own_));
  EXPECT_TRUE(actions_.empty());
}

TEST_F(Protocol, ReadsTheOwnNodeOnlyWhenTheWatchIsInSync) {
  protocol_ = std::make_unique<LeaseProtocol>(test_config(), nodes_);
  own_ = node("me", 5);
  step(lease_input::Start{});
  answer_get(own_);
  EXPECT_EQ(state(), LeaseState::start);
  EXPECT_FALSE(did<lease_action::PatchOwnNode>());
  list({own_}, 5);
  answer_get(own_);
  EXPECT_EQ(state(), LeaseState::claim);
}

TEST_F(Protocol, NothingIsConfirmedBeforeTheVtepIsKnown) {
  protocol_ = std::make_unique<LeaseProtocol>(test_config(), nodes_);
  own_ = node("me", 5);
  step(lease_input::Start{});
  list({own_}, 5);
  answer_get(own_);
  apply_patch(6);
  ASSERT_EQ(state(), LeaseState::won);
  EXPECT_FALSE(did<lease_action::PatchOwnNode>());
  step(lease_input::VtepKnown{test_vtep()});
  apply_patch(7);
  EXPECT_EQ(state(), LeaseState::held);
}

// By hand, or by a process of the same name. Without a vtep there is nothing to hold it with.
TEST_F(Protocol, ALeaseThatSomebodyElseConfirmedWaitsForTheVtep) {
  protocol_ = std::make_unique<LeaseProtocol>(test_config(), nodes_);
  own_ = node("me", 5);
  step(lease_input::Start{});
  list({own_}, 5);
  answer_get(own_);
  apply_patch(6);
  ASSERT_EQ(state(), LeaseState::won);
  NodeRecord confirmed = own_;
  confirmed.revision = 7;
  confirmed.claim.reset();
  confirmed.lease = Lease{.uid = own_.uid, .subnets = patch().claim.value.subnets, .rev4 = 6};
  event(confirmed);
  EXPECT_EQ(state(), LeaseState::verify);
  EXPECT_FALSE(protocol_->local());
  step(lease_input::VtepKnown{test_vtep()});
  answer_get(confirmed);
  EXPECT_EQ(state(), LeaseState::held);
}

TEST_F(Protocol, ALostClaimPicksAnotherBlock) {
  start(node("me", 5));
  const Subnets first = patch().claim.value.subnets;
  NodeRecord rival = node("n1", 6);
  rival.claim = Claim{rival.uid, "rival", first};
  event(rival);
  apply_patch(7);
  ASSERT_EQ(state(), LeaseState::claim);
  EXPECT_NE(patch().claim.value.subnets, first);
  EXPECT_EQ(patch().revision, 7U) << "the next claim replaces the lost one in one write";
  run_to_held(8);
}

TEST_F(Protocol, AClaimThatComesLaterDoesNotMatter) {
  start(node("me", 5));
  apply_patch(6);
  ASSERT_EQ(state(), LeaseState::won);
  NodeRecord rival = node("n1", 7);
  rival.claim = Claim{rival.uid, "rival", own_.claim->subnets};
  event(rival);
  apply_patch(8);
  EXPECT_EQ(state(), LeaseState::held);
}

TEST_F(Protocol, ARestartKeepsTheLeaseWithoutAWrite) {
  NodeRecord own = with_lease(node("me", 9), "10.1.7.0/24", 3);
  own.vtep = test_vtep();
  start(own);
  EXPECT_EQ(state(), LeaseState::held);
  EXPECT_TRUE(did<lease_action::Held>());
  EXPECT_FALSE(did<lease_action::PatchOwnNode>());
}

TEST_F(Protocol, PrefersTheLastSubnet) {
  LeaseConfig config = test_config();
  config.preferred.v4 = block("10.1.77.0/24");
  start(node("me", 5), {}, config);
  EXPECT_EQ(patch().claim.value.subnets.v4, block("10.1.77.0/24"));
}

// "list" and "watch" are granted, "get" is not: without a word nobody would know what the node waits for.
TEST_F(Protocol, ARefusedReadIsTold) {
  protocol_ = std::make_unique<LeaseProtocol>(test_config(), nodes_);
  own_ = node("me", 5);
  step(lease_input::Start{});
  answer_get(lease_input::ReadOutcome::refused);
  EXPECT_FALSE(did<lease_action::Problem>()) << "before the list: the watch tells";
  list({own_}, 5);
  fire_timer();
  answer_get(lease_input::ReadOutcome::refused);
  EXPECT_TRUE(did<lease_action::Problem>());
  fire_timer();
  answer_get(lease_input::ReadOutcome::failed);
  EXPECT_FALSE(did<lease_action::Problem>()) << "nobody answers: the watch tells";
  fire_timer();
  answer_get(own_);
  EXPECT_EQ(state(), LeaseState::claim);
}

TEST_F(Protocol, TheLastSubnetIsNoAuthority) {
  LeaseConfig config = test_config();
  config.preferred.v4 = block("10.1.77.0/24");
  start(node("me", 5), {with_lease(node("n1", 4), "10.1.77.0/24")}, config);
  EXPECT_NE(patch().claim.value.subnets.v4, block("10.1.77.0/24"));
}

}  // namespace
}  // namespace weft
