// What counts as free: other sizes, blocks freed a short while ago, reservations.
#include "test/unit/subnet/lease_protocol_fixture.h"

namespace weft {
namespace {

using Protocol = LeaseProtocolTest;
using namespace std::chrono_literals;

LeaseConfig two_blocks() {
  LeaseConfig config = test_config();
  config.network.v4 = family_config("10.1.0.0/23", 24);
  return config;
}

TEST_F(Protocol, AClaimOfAnotherSizeIsInTheWay) {
  for (const std::string rival : {"10.1.6.0/23", "10.1.7.128/25"}) {
    LeaseConfig config = test_config();
    config.preferred.v4 = block("10.1.7.0/24");
    start(node("me", 5), {}, config);
    event(with_claim(node("n1", 6), rival));
    apply_patch(7);
    EXPECT_EQ(state(), LeaseState::claim) << rival;
    EXPECT_NE(patch().claim.value.subnets.v4, block("10.1.7.0/24"));
  }
}

TEST_F(Protocol, ADeletedNodesBlockIsAvoidedForAWhile) {
  LeaseConfig config = two_blocks();
  for (const std::string freed : {"10.1.0.0/24", "10.1.1.0/24"}) {
    const std::string rest = freed == "10.1.0.0/24" ? "10.1.1.0/24" : "10.1.0.0/24";
    const NodeRecord other = with_lease(node("n1", 2), freed);
    start(node("me", 5), {other, with_claim(node("n2", 4), rest)}, config);
    ASSERT_EQ(state(), LeaseState::exhausted);
    deleted(other, 6);
    deleted(node("n2", 4), 7);
    fire_timer();
    answer_get(node("me", 5));
    EXPECT_EQ(patch().claim.value.subnets.v4, block(rest)) << "only claimed, never in use";
  }
}

TEST_F(Protocol, ABlockThatVanishedWhileTheWatchWasBrokenIsAvoidedToo) {
  for (const std::string freed : {"10.1.0.0/24", "10.1.1.0/24"}) {
    const std::string rest = freed == "10.1.0.0/24" ? "10.1.1.0/24" : "10.1.0.0/24";
    const NodeRecord holder = with_lease(node("n2", 4), rest);
    start(node("me", 5), {with_lease(node("n1", 2), freed), holder}, two_blocks());
    ASSERT_EQ(state(), LeaseState::exhausted);
    step(lease_input::StreamBroken{});
    list({holder, node("me", 5)}, 8);
    answer_get(node("me", 5));
    ASSERT_EQ(state(), LeaseState::claim);
    EXPECT_EQ(patch().claim.value.subnets.v4, block(freed)) << "rather than none";
    event(with_claim(node("n1", 9), freed));
    apply_patch(10);
    ASSERT_EQ(state(), LeaseState::exhausted);
    apply_patch(11);
    event(node("n2", 12));  // lets go of its block, which so is free and was never seen to vanish
    deleted(node("n1", 9), 13);
    fire_timer();
    answer_get(NodeRecord(own_));
    EXPECT_EQ(patch().claim.value.subnets.v4, block(rest));
  }
}

TEST_F(Protocol, TheQuarantineEnds) {
  LeaseConfig config = two_blocks();
  config.preferred.v4 = block("10.1.0.0/24");
  const NodeRecord other = with_lease(node("n1", 2), "10.1.0.0/24");
  start(node("me", 5), {other, with_claim(node("n2", 4), "10.1.1.0/24")}, config);
  deleted(other, 6);
  advance(config.quarantine);
  fire_timer();
  answer_get(node("me", 5));
  EXPECT_EQ(patch().claim.value.subnets.v4, block("10.1.0.0/24"));
}

TEST_F(Protocol, AWaitingNodeTakesWhatIsReservedForIt) {
  NodeRecord placeholder = node("spare", 3);
  placeholder.reserved = Subnets{.v4 = block("10.1.1.0/24"), .v6 = {}};
  start(node("me", 5), {with_lease(node("n1", 2), "10.1.0.0/24"), placeholder}, two_blocks());
  ASSERT_EQ(state(), LeaseState::exhausted);
  deleted(placeholder, 6);
  NodeRecord own = node("me", 7);
  own.reserved = placeholder.reserved;
  event(own);
  ASSERT_TRUE(did<lease_action::GetOwnNode>()) << "at once";
  answer_get(NodeRecord(own_));
  EXPECT_EQ(patch().claim.value.subnets.v4, block("10.1.1.0/24"));
}

TEST_F(Protocol, AClaimOnAReservedBlockLoses) {
  LeaseConfig config = test_config();
  config.preferred.v4 = block("10.1.7.0/24");
  start(node("me", 5), {}, config);
  NodeRecord reserving = node("n1", 6);
  reserving.reserved = Subnets{.v4 = block("10.1.7.0/24"), .v6 = {}};
  event(reserving);
  apply_patch(7);
  EXPECT_EQ(state(), LeaseState::claim);
  EXPECT_NE(patch().claim.value.subnets.v4, block("10.1.7.0/24"));
}

TEST_F(Protocol, AReservationChangesNothingThatIsHeld) {
  start_held(node("me", 5));
  NodeRecord own = own_;
  own.revision = 10;
  own.reserved = Subnets{.v4 = block("10.1.250.0/24"), .v6 = {}};
  event(own);
  EXPECT_EQ(state(), LeaseState::held);
  EXPECT_TRUE(actions_.empty());
}

}  // namespace
}  // namespace weft
