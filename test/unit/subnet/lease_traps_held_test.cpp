// The ways a lease protocol goes wrong that have a name, and what is done about each: a lease that is in use, and
// blocks that only look free.
#include "test/unit/subnet/lease_protocol_fixture.h"

namespace weft {
namespace {

using LeaseTraps = LeaseProtocolTest;
using namespace std::chrono_literals;

// Leases of the past are there again, ours is not among them. Our pods run on the block all the same.
TEST_F(LeaseTraps, Trap08_ARestoredStoreDoesNotEvictAtOnce) {
  start_held(node("me", 50));
  const Subnets held = protocol_->local()->lease.subnets;
  const NodeRecord past = with_lease(node("n1", 20), held.v4->to_string(), 15);
  step(lease_input::StreamBroken{});
  own_ = node("me", 25);
  list({own_, past}, 30);
  ASSERT_EQ(state(), LeaseState::suspect);
  const LeaseTime restored = now_;
  Revision revision = 31;
  while (state() == LeaseState::suspect) {
    ASSERT_EQ(patch().claim.value.subnets, held) << "the block in use, whatever the store says";
    apply_patch(revision);
    if (state() != LeaseState::suspect) break;
    fire_timer();
    answer_get(NodeRecord(own_));
    ASSERT_LT(++revision, 100U);
  }
  EXPECT_EQ(state(), LeaseState::evicted);
  EXPECT_GE(now_ - restored, test_config().rollback_hold_off);
}

TEST_F(LeaseTraps, Trap08_ARestoredStoreGivesTheBlockBackWhereItCan) {
  start_held(node("me", 50));
  const Subnets held = protocol_->local()->lease.subnets;
  step(lease_input::StreamBroken{});
  own_ = with_lease(node("me", 25), "10.1.3.0/24", 10);
  list({own_}, 30);
  ASSERT_EQ(state(), LeaseState::suspect);
  EXPECT_EQ(patch().claim.value.subnets, held);
  run_to_held(31);
  EXPECT_EQ(protocol_->local()->lease.subnets, held);
}

// A cache cannot tell that the store went back. But then the watch goes past our version and has not brought it.
TEST_F(LeaseTraps, Trap08_ARestoredStoreBehindACacheIsNoticed) {
  start_held(node("me", 50));
  const NodeRecord past = node("me", 20);
  step(lease_input::StreamBroken{});
  list({past}, 30, false);
  if (did<lease_action::GetOwnNode>()) answer_get(lease_input::ReadOutcome::failed);
  EXPECT_EQ(state(), LeaseState::held) << "an old list is no proof";
  fire_timer();
  if (did<lease_action::GetOwnNode>()) answer_get(NodeRecord(own_));
  ASSERT_EQ(state(), LeaseState::held);
  event(node("n1", 60));
  ASSERT_TRUE(did<lease_action::GetOwnNode>());
  own_ = past;
  answer_get(past);
  EXPECT_EQ(state(), LeaseState::suspect);
}

// A Node with a finalizer lives on for as long as it likes, and so do its pods.
TEST_F(LeaseTraps, Trap09_ADeletionTimestampIsNoDeletion) {
  LeaseConfig config = test_config();
  config.preferred.v4 = block("10.1.7.0/24");
  NodeRecord going = with_lease(node("n1", 4), "10.1.7.0/24");
  going.vtep = test_vtep(9);
  going.deleting = true;
  start(node("me", 5), {going}, config);
  EXPECT_NE(patch().claim.value.subnets.v4, block("10.1.7.0/24"));
  const auto snapshot = nodes_.snapshot("me", {});
  ASSERT_EQ(snapshot->holders.size(), 1U) << "peers go on sending to it";
  run_to_held(6);

  NodeRecord own = own_;
  own.revision = 8;
  own.deleting = true;
  event(own);
  EXPECT_EQ(state(), LeaseState::held);
}

// `kubectl apply` of a manifest from last week.
TEST_F(LeaseTraps, Trap15_AnOldManifestIsNotObeyed) {
  start_held(node("me", 5));
  const Subnets held = protocol_->local()->lease.subnets;
  NodeRecord old = own_;
  old.revision = 10;
  old.lease = with_lease(node("me", 1), "10.1.3.0/24", 2).lease;
  event(old);
  ASSERT_EQ(state(), LeaseState::suspect);
  EXPECT_TRUE(did<lease_action::Suspect>());
  EXPECT_EQ(patch().claim.value.subnets, held);
  EXPECT_EQ(patch().lease, AnnotationChange<Lease>::removed()) << "nobody may route to the old block";
  EXPECT_EQ(protocol_->local()->lease.subnets, held) << "local pods go on";
  run_to_held(11);
  EXPECT_EQ(protocol_->local()->lease.subnets, held);
}

TEST_F(LeaseTraps, Trap15_AReplaceWithoutAnnotationsIsPutRight) {
  start_held(node("me", 5));
  const Subnets held = protocol_->local()->lease.subnets;
  event(node("me", 10));
  ASSERT_EQ(state(), LeaseState::suspect);
  run_to_held(11);
  EXPECT_EQ(protocol_->local()->lease.subnets, held);
  EXPECT_EQ(own_.vtep, test_vtep());
}

// `kubectl get node a -o yaml`, the name changed, `kubectl create`.
TEST_F(LeaseTraps, Trap16_ACopiedLeaseIsNotAdopted) {
  const NodeRecord other = with_lease(node("n1", 4), "10.1.7.0/24", 3);
  NodeRecord own = node("me", 5);
  own.lease = other.lease;
  own.claim = Claim{other.uid, "copied", other.lease->subnets};
  start(own, {other});
  ASSERT_EQ(state(), LeaseState::claim);
  EXPECT_NE(patch().claim.value.subnets, other.lease->subnets);
  EXPECT_EQ(patch().lease, AnnotationChange<Lease>::removed());
  EXPECT_TRUE(nodes_.snapshot("n1", {})->holders.empty()) << "nobody routes to it";
}

TEST_F(LeaseTraps, Trap16_ACopyBlocksUntilItsNodeTakesItOut) {
  LeaseConfig config = test_config();
  config.preferred.v4 = block("10.1.7.0/24");
  NodeRecord copy = node("n1", 4);
  copy.lease = with_lease(node("gone", 1), "10.1.7.0/24").lease;
  start(node("me", 5), {copy}, config);
  EXPECT_NE(patch().claim.value.subnets.v4, block("10.1.7.0/24"));
  start(with_lease(node("me", 9), "10.1.7.0/24", 8));
  copy.revision = 10;
  event(copy);
  EXPECT_EQ(state(), LeaseState::held) << "but takes nothing away";
}

// Two that wait for a block while the claims that lost go on standing wait for each other.
TEST_F(LeaseTraps, Trap19_WhoWaitsHoldsNothing) {
  LeaseConfig config = test_config();
  config.network.v4 = family_config("10.1.0.0/23", 24);
  start(node("me", 5), {with_lease(node("n1", 4), "10.1.0.0/24")}, config);
  ASSERT_EQ(patch().claim.value.subnets.v4, block("10.1.1.0/24"));
  event(with_claim(node("n2", 6), "10.1.1.0/24"));
  apply_patch(7);
  ASSERT_EQ(state(), LeaseState::exhausted);
  EXPECT_TRUE(said(lease_action::LeaseEventReason::exhausted));
  ASSERT_EQ(patch().claim, AnnotationChange<Claim>::removed());
  apply_patch(8);
  EXPECT_EQ(own_.claim, std::nullopt);
  deleted(node("n2", 6), 9);
  fire_timer();
  answer_get(NodeRecord(own_));
  run_to_held(10);
}

}  // namespace
}  // namespace weft
