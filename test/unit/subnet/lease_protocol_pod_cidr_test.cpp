// spec.podCIDR: adopted through the same claim, waited for, and never followed under running pods.
#include "test/unit/subnet/lease_protocol_fixture.h"

namespace weft {
namespace {

using Protocol = LeaseProtocolTest;
using namespace std::chrono_literals;
using lease_action::LeaseEventReason;

TEST_F(Protocol, AdoptsThePodCidrByAClaim) {
  start(with_pod_cidr(node("me", 5), "10.1.7.0/24"), {with_pod_cidr(node("n1", 4), "10.1.8.0/24")});
  EXPECT_EQ(patch().claim.value.subnets.v4, block("10.1.7.0/24"));
  run_to_held(6);
  EXPECT_EQ(own_.lease->source, LeaseSource::pod_cidr);
}

TEST_F(Protocol, APodCidrThatLosesIsAConflictAndKeepsTheNodeNotReady) {
  start(with_pod_cidr(node("me", 5), "10.1.7.0/24"));
  event(with_claim(node("n1", 6), "10.1.7.0/24"));
  apply_patch(7);
  EXPECT_EQ(state(), LeaseState::exhausted);
  EXPECT_TRUE(said(LeaseEventReason::conflict));
  apply_patch(8);
  fire_timer();
  answer_get(NodeRecord(own_));
  EXPECT_EQ(state(), LeaseState::exhausted) << "written once: no other block is taken instead";
}

TEST_F(Protocol, ThePodCidrThatComesLaterIsNoted) {
  start_held(node("me", 5));
  const std::string held = protocol_->local()->lease.subnets.v4->to_string();
  NodeRecord own = with_pod_cidr(own_, held);
  own.revision = 10;
  event(own);
  ASSERT_EQ(state(), LeaseState::held);
  EXPECT_EQ(patch().lease.value.source, LeaseSource::pod_cidr);
  EXPECT_EQ(patch().lease.value.subnets.v4, block(held));
  apply_patch(11);
  EXPECT_EQ(state(), LeaseState::held);
  EXPECT_EQ(protocol_->local()->lease.source, LeaseSource::pod_cidr);
}

TEST_F(Protocol, AnotherPodCidrThatComesLaterChangesNothingButIsTold) {
  start_held(node("me", 5));
  const Lease held = protocol_->local()->lease;
  NodeRecord own = with_pod_cidr(own_, held.subnets.v4 == block("10.1.7.0/24") ? "10.1.8.0/24" : "10.1.7.0/24");
  own.revision = 10;
  event(own);
  EXPECT_EQ(state(), LeaseState::held);
  EXPECT_TRUE(said(LeaseEventReason::conflict));
  EXPECT_FALSE(did<lease_action::PatchOwnNode>());
  EXPECT_EQ(protocol_->local()->lease, held);
  own.revision = 11;
  event(own);
  EXPECT_FALSE(did<lease_action::NodeEvent>()) << "told once";
}

TEST_F(Protocol, AutoWaitsForThePodCidrWhereOthersHaveOne) {
  start(node("me", 5), {with_pod_cidr(node("n1", 4), "10.1.8.0/24")});
  ASSERT_EQ(state(), LeaseState::pick);
  EXPECT_FALSE(did<lease_action::PatchOwnNode>());
  EXPECT_FALSE(did<lease_action::NodeEvent>()) << "an allocator may take some seconds";
  fire_timer();
  answer_get(node("me", 5));
  ASSERT_TRUE(said(LeaseEventReason::waiting));
  EXPECT_NE(last<lease_action::NodeEvent>()->message.find("--lease-source=claim"), std::string::npos);
  event(with_pod_cidr(node("me", 6), "10.1.7.0/24"));
  answer_get(NodeRecord(own_));
  EXPECT_EQ(patch().claim.value.subnets.v4, block("10.1.7.0/24"));
}

TEST_F(Protocol, WatchesFullObjectsUntilHeldAndWhenInDoubt) {
  protocol_ = std::make_unique<LeaseProtocol>(test_config(), nodes_);
  step(lease_input::Start{});
  EXPECT_TRUE(last<lease_action::SetWatch>()->full);
  start_held(node("me", 5));
  NodeRecord own = own_;
  own.revision = 10;
  own.lease.reset();
  event(own);
  ASSERT_EQ(state(), LeaseState::suspect);
  EXPECT_TRUE(last<lease_action::SetWatch>()->full);
}

// The watch still brings metadata: it cannot show that the block is another's podCIDR.
TEST_F(Protocol, MetadataIsNotJudged) {
  start_held(node("me", 5));
  const std::string held = protocol_->local()->lease.subnets.v4->to_string();
  NodeRecord other = node("n1", 8);
  other.has_spec = false;
  event(other);
  NodeRecord own = own_;
  own.revision = 10;
  own.lease.reset();
  event(own);
  apply_patch(11);
  EXPECT_EQ(state(), LeaseState::suspect);
  EXPECT_TRUE(did<lease_action::ListNodes>());
  other = with_pod_cidr(node("n1", 8), held);
  answer_list({own_, other}, 11);
  EXPECT_EQ(state(), LeaseState::evicted);
}

TEST_F(Protocol, AListOfMetadataIsNotJudgedEither) {
  start(with_claim(node("me", 5), "10.1.7.0/24", "crash"));
  NodeRecord other = node("n1", 4);
  other.has_spec = false;
  answer_list({own_, other}, 5);
  EXPECT_EQ(state(), LeaseState::start);
  EXPECT_TRUE(did<lease_action::Problem>());
}

}  // namespace
}  // namespace weft
