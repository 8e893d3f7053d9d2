// Both families: claimed in one write, judged each by itself.
#include "test/unit/subnet/lease_protocol_fixture.h"

namespace weft {
namespace {

LeaseConfig dual_config() {
  LeaseConfig config = test_config();
  config.network.v6 = family_config("fd00:1::/48", 64);
  config.preferred = {.v4 = block("10.1.7.0/24"), .v6 = block("fd00:1:0:7::/64")};
  return config;
}

class DualStack : public LeaseProtocolTest {
 protected:
  // The IPv6 block of the first claim is another's, the IPv4 block is won at 7.
  void win_v4_only() {
    start(node("me", 5), {}, dual_config());
    NodeRecord rival = node("n1", 6);
    rival.claim = Claim{rival.uid, "rival", {.v4 = {}, .v6 = block("fd00:1:0:7::/64")}};
    event(rival);
    apply_patch(7);
    ASSERT_EQ(state(), LeaseState::claim);
  }
};

TEST_F(DualStack, BothFamiliesAreClaimedInOneWrite) {
  start(node("me", 5), {}, dual_config());
  EXPECT_EQ(patch().claim.value.subnets, dual_config().preferred);
  run_to_held(6);
  EXPECT_EQ(own_.lease->rev4, 6U);
  EXPECT_EQ(own_.lease->rev6, 6U);
}

TEST_F(DualStack, AWonFamilyIsKeptWhileTheOtherIsPickedAnew) {
  win_v4_only();
  EXPECT_EQ(patch().claim.value.subnets.v4, block("10.1.7.0/24"));
  EXPECT_NE(patch().claim.value.subnets.v6, block("fd00:1:0:7::/64"));
  event(with_claim(node("n2", 8), "10.1.7.0/24"));  // came second, and has not noticed yet
  apply_patch(9);
  ASSERT_EQ(state(), LeaseState::won) << "what was won is not judged again";
  apply_patch(10);
  ASSERT_EQ(state(), LeaseState::held);
  EXPECT_EQ(own_.lease->rev4, 7U);
  EXPECT_EQ(own_.lease->rev6, 9U);
}

TEST_F(DualStack, AWinIsLostWhenItsBlockWasGoneInBetween) {
  win_v4_only();
  const NodeRecord before = own_;
  answer_patch(lease_input::PatchOutcome::conflict);
  NodeRecord own = own_;
  own.revision = 8;
  own.claim.reset();
  event(own);
  NodeRecord rival = with_claim(node("n2", 9), "10.1.7.0/24");
  event(rival);
  own.revision = 10;
  own.claim = before.claim;  // put back, as if it had never been away
  event(own);
  while (state() != LeaseState::held) {
    if (state() == LeaseState::start) {
      fire_timer();
      answer_get(NodeRecord(own_));
    } else if (state() == LeaseState::judge_list) {
      answer_list({own_, rival}, own_.revision);
    } else {
      apply_patch(std::max(nodes_.revision(), own_.revision) + 1);
    }
    ASSERT_LT(own_.revision, 40U);
  }
  EXPECT_NE(own_.lease->subnets.v4, block("10.1.7.0/24"));
}

// The same, unseen: a GET shows a later version than the watch has brought.
TEST_F(DualStack, AWinIsNotKeptThroughVersionsThatWereMissed) {
  win_v4_only();
  apply_patch_quietly(9);
  answer_patch(lease_input::PatchOutcome::unknown);
  fire_timer();
  own_.revision = 15;
  answer_get(NodeRecord(own_));
  ASSERT_EQ(state(), LeaseState::judge_list);
  answer_list({own_, with_claim(node("n2", 12), "10.1.7.0/24")}, 15);
  EXPECT_EQ(state(), LeaseState::claim);
  EXPECT_NE(patch().claim.value.subnets.v4, block("10.1.7.0/24"));
}

TEST_F(DualStack, AClaimComputedFromAVersionThatWasMissedKeepsNoWin) {
  win_v4_only();
  answer_patch(lease_input::PatchOutcome::unknown);
  fire_timer();
  NodeRecord own = own_;
  own.revision = 15;  // the first claim stands there, as it did at 7
  answer_get(own);
  ASSERT_EQ(state(), LeaseState::claim);
  event(with_claim(node("n2", 12), "10.1.7.0/24"));
  event(own);
  apply_patch(16);
  EXPECT_EQ(state(), LeaseState::claim) << "judged anew, and lost";
  EXPECT_NE(patch().claim.value.subnets.v4, block("10.1.7.0/24"));
}

TEST_F(DualStack, NobodyWaitsWhileHolding) {
  LeaseConfig config = dual_config();
  config.network.v6 = family_config("fd00:1::/63", 64);
  config.preferred = {};
  NodeRecord other = node("n1", 4);
  other.lease = Lease{.uid = other.uid, .subnets = {.v4 = {}, .v6 = block("fd00:1::/64")}, .rev6 = 3};
  start(node("me", 5), {other}, config);
  NodeRecord rival = node("n2", 6);
  rival.claim = Claim{rival.uid, "rival", {.v4 = {}, .v6 = block("fd00:1:0:1::/64")}};
  event(rival);
  apply_patch(7);
  ASSERT_EQ(state(), LeaseState::exhausted);
  EXPECT_EQ(patch().claim, AnnotationChange<Claim>::removed()) << "the IPv4 block that was won goes too";
}

TEST_F(DualStack, AFamilyAddedLaterIsClaimedBesideTheLease) {
  NodeRecord own = with_lease(node("me", 9), "10.1.7.0/24", 3);
  own.vtep = test_vtep();
  start(own, {}, dual_config());
  ASSERT_EQ(state(), LeaseState::claim);
  EXPECT_EQ(patch().claim.value.subnets, dual_config().preferred);
  EXPECT_EQ(patch().lease, AnnotationChange<Lease>{}) << "peers go on routing to it";
  run_to_held(10);
  EXPECT_EQ(own_.lease->rev4, 3U);
  EXPECT_EQ(own_.lease->rev6, 10U);
}

TEST_F(DualStack, ALeaseThatIsAnothersIsNotBuiltUpon) {
  start(with_lease(node("me", 9), "10.1.7.0/24", 6), {with_lease(node("n1", 4), "10.1.7.0/24", 3)}, dual_config());
  ASSERT_EQ(state(), LeaseState::claim);
  EXPECT_NE(patch().claim.value.subnets.v4, block("10.1.7.0/24"));
  EXPECT_EQ(patch().lease, AnnotationChange<Lease>::removed());
}

}  // namespace
}  // namespace weft
