#include "subnet/lease_target.h"

#include "test/unit/subnet/lease_protocol_fixture.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

class LeaseTargetTest : public testing::Test {
 protected:
  LeaseTargetTest() { config_.network.v4 = family_config("10.1.0.0/16", 24); }

  [[nodiscard]] std::expected<LeaseTarget, NoTarget> choose() const {
    return choose_target(
        {.config = config_, .nodes = nodes_, .own = own_, .kept = kept_, .avoid = avoid_, .attempt = attempt_});
  }
  [[nodiscard]] std::string v4() const { return choose()->subnets.v4->to_string(); }
  [[nodiscard]] NoTarget::Why why() const { return choose().error().why; }
  [[nodiscard]] std::string reason() const { return choose().error().reason; }
  void reserve(NodeRecord& record, std::string_view text) { record.reserved = Subnets{.v4 = block(text), .v6 = {}}; }

  LeaseConfig config_ = test_config();
  LeaseSet nodes_;
  NodeRecord own_ = node("me", 5);
  Subnets kept_;
  std::vector<IpPrefix> avoid_;
  std::uint64_t attempt_ = 0;
};

using Target = LeaseTargetTest;

TEST_F(Target, TheOwnPodCidrIsAdopted) {
  own_ = with_pod_cidr(own_, "10.1.7.0/24");
  EXPECT_EQ(choose(),
            (LeaseTarget{.subnets = {.v4 = block("10.1.7.0/24"), .v6 = {}}, .source = LeaseSource::pod_cidr}));
  config_.preferred.v4 = block("10.1.8.0/24");
  reserve(own_, "10.1.9.0/24");
  EXPECT_EQ(v4(), "10.1.7.0/24") << "it is written once; wishes are not";
}

TEST_F(Target, APodCidrAnotherHasIsAConflict) {
  own_ = with_pod_cidr(own_, "10.1.7.0/24");
  nodes_.upsert(with_lease(node("n1", 2), "10.1.6.0/23"));
  EXPECT_EQ(why(), NoTarget::Why::conflict);
  EXPECT_NE(reason().find("lease 10.1.6.0/23 of node n1"), std::string::npos) << reason();
}

TEST_F(Target, APodCidrThatIsTheWholeNetworkIsAConflict) {
  own_ = with_pod_cidr(own_, "10.1.0.0/16");
  EXPECT_EQ(why(), NoTarget::Why::conflict);
}

TEST_F(Target, AutoWaitsWhereOthersHavePodCidrs) {
  nodes_.upsert(with_pod_cidr(node("n1", 2), "10.1.7.0/24"));
  EXPECT_EQ(why(), NoTarget::Why::awaits_pod_cidr);
  EXPECT_NE(reason().find("--lease-source=claim"), std::string::npos) << reason();
  reserve(own_, "10.1.9.0/24");
  EXPECT_EQ(why(), NoTarget::Why::awaits_pod_cidr) << "the other allocator does not know of reservations";
}

TEST_F(Target, AutoWaitsWhereAnotherLeasedItsPodCidr) {
  nodes_.upsert(with_lease(node("n1", 2), "10.1.7.0/24", 1, LeaseSource::pod_cidr));
  EXPECT_EQ(why(), NoTarget::Why::awaits_pod_cidr);
}

TEST_F(Target, PodCidrsElsewhereDoNotMatter) {
  nodes_.upsert(with_pod_cidr(node("n1", 2), "10.9.7.0/24"));
  EXPECT_TRUE(choose());
  nodes_.upsert(with_pod_cidr(node("me", 2), "10.1.7.0/24"));
  EXPECT_TRUE(choose()) << "nor does what the set says of the own Node";
}

TEST_F(Target, TheSourceSettlesWhatAutoWaitsFor) {
  config_.mode = LeaseMode::pod_cidr;
  EXPECT_EQ(why(), NoTarget::Why::awaits_pod_cidr);
  EXPECT_NE(reason().find("--lease-source=podcidr is set"), std::string::npos) << reason();
  config_.mode = LeaseMode::claim;
  nodes_.upsert(with_pod_cidr(node("n1", 2), "10.1.0.0/17"));
  ASSERT_TRUE(choose());
  EXPECT_EQ(choose()->source, LeaseSource::claim);
  EXPECT_TRUE(block("10.1.128.0/17").contains(*choose()->subnets.v4)) << "their podCIDRs are obstacles";
}

TEST_F(Target, APodCidrOutsideTheNetworkIsNamed) {
  config_.mode = LeaseMode::pod_cidr;
  own_ = with_pod_cidr(own_, "10.9.7.0/24");
  EXPECT_NE(reason().find("10.9.7.0/24 of this Node is outside Network 10.1.0.0/16"), std::string::npos) << reason();
}

TEST_F(Target, WishesInTheirOrder) {
  config_.mode = LeaseMode::claim;
  own_ = with_pod_cidr(own_, "10.1.7.0/24");
  EXPECT_EQ(v4(), "10.1.7.0/24");
  config_.preferred.v4 = block("10.1.8.0/24");
  EXPECT_EQ(v4(), "10.1.8.0/24") << "what it had last";
  reserve(own_, "10.1.9.0/24");
  EXPECT_EQ(v4(), "10.1.9.0/24") << "what an administrator kept for it";
  attempt_ = 3;
  EXPECT_EQ(v4(), "10.1.9.0/24");
  nodes_.upsert(with_claim(node("n1", 2), "10.1.9.0/24"));
  EXPECT_TRUE(v4() != "10.1.9.0/24" && v4() != "10.1.8.0/24") << v4();
}

TEST_F(Target, AReservationIsTakenForAllOthers) {
  NodeRecord placeholder = node("n1", 2);
  reserve(placeholder, "10.1.8.0/24");
  nodes_.upsert(placeholder);
  config_.preferred.v4 = block("10.1.8.0/24");
  EXPECT_NE(v4(), "10.1.8.0/24");
  EXPECT_EQ(nodes_.busy(block("10.1.8.0/25"), "me", block("10.1.0.0/16"))->to_string(),
            "reservation 10.1.8.0/24 of node n1");
}

TEST_F(Target, QuarantineIsAvoidedWhileOthersAreFree) {
  config_.network.v4 = family_config("10.1.0.0/23", 24);
  for (const std::string wanted : {"10.1.0.0/24", "10.1.1.0/24"}) {
    avoid_ = {block(wanted == "10.1.0.0/24" ? "10.1.1.0/24" : "10.1.0.0/24")};
    EXPECT_EQ(v4(), wanted);
  }
  nodes_.upsert(with_lease(node("n1", 2), "10.1.1.0/24"));
  avoid_ = {block("10.1.0.0/24")};
  EXPECT_EQ(v4(), "10.1.0.0/24") << "rather than none";
}

TEST_F(Target, ExhaustionNamesRangeAndRemedy) {
  config_.network.v4 = family_config("10.1.0.0/23", 24);
  nodes_.upsert(with_lease(node("n1", 2), "10.1.0.0/24"));
  nodes_.upsert(with_lease(node("n2", 2), "10.1.1.128/25"));
  EXPECT_EQ(why(), NoTarget::Why::exhausted);
  for (const char* part : {"no free /24", "10.1.0.0/24", "10.1.1.0/24", "2 other Nodes", "widen Network"})
    EXPECT_NE(reason().find(part), std::string::npos) << reason();
}

TEST_F(Target, AWonBlockStaysAndOnlyTheOtherIsPicked) {
  config_.network.v6 = family_config("fd00::/48", 64);
  kept_.v4 = block("10.1.7.0/24");
  ASSERT_TRUE(choose());
  EXPECT_EQ(v4(), "10.1.7.0/24");
  EXPECT_TRUE(block("fd00::/48").contains(*choose()->subnets.v6));
  nodes_.upsert(with_claim(node("n1", 2), "10.1.7.0/24"));
  EXPECT_EQ(v4(), "10.1.7.0/24") << "a loser's claim is no obstacle to what is won";
}

TEST_F(Target, FamiliesAreAdoptedEachByItself) {
  config_.network.v6 = family_config("fd00::/48", 64);
  own_ = with_pod_cidr(own_, "fd00:0:0:7::/64");
  ASSERT_TRUE(choose());
  EXPECT_EQ(choose()->subnets.v6, block("fd00:0:0:7::/64"));
  EXPECT_EQ(choose()->source, LeaseSource::pod_cidr);
}

}  // namespace
}  // namespace weft
