#include "subnet/lease_wins.h"

#include "test/unit/subnet/lease_protocol_fixture.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

// 10.1.7.0/24 was won by the claim of revision 6, which stands.
LeaseWins won_at_6() {
  LeaseWins wins;
  wins.v4 = LeaseWin{block("10.1.7.0/24"), 6};
  wins.through = 6;
  return wins;
}

NodeRecord claiming(Revision revision) { return with_claim(node("me", revision), "10.1.7.0/24"); }

TEST(LeaseWins, AreCarriedByTheClaimOrTheLease) {
  const LeaseWins wins = won_at_6();
  EXPECT_TRUE(wins.carried_by(claiming(7)));
  EXPECT_TRUE(wins.carried_by(with_lease(node("me", 7), "10.1.7.0/24")));
  EXPECT_FALSE(wins.carried_by(node("me", 7)));
  EXPECT_FALSE(wins.carried_by(with_claim(node("me", 7), "10.1.8.0/24")));
  EXPECT_FALSE(wins.carried_by(with_claim(node("me", 7), "10.1.7.0/25"))) << "a part is not the block";
}

TEST(LeaseWins, AreNotCarriedByWhatIsBoundToAnotherNode) {
  NodeRecord copied = claiming(7);
  copied.uid = "uid-new";
  EXPECT_FALSE(won_at_6().carried_by(copied));
  copied = with_lease(node("me", 7), "10.1.7.0/24");
  copied.uid = "uid-new";
  EXPECT_FALSE(won_at_6().carried_by(copied));
}

TEST(LeaseWins, EveryFamilyMustBeCarried) {
  LeaseWins wins = won_at_6();
  wins.v6 = LeaseWin{block("fd00::/64"), 9};
  EXPECT_FALSE(wins.carried_by(claiming(10)));
  NodeRecord both = claiming(10);
  both.claim->subnets.v6 = block("fd00::/64");
  EXPECT_TRUE(wins.carried_by(both));
  EXPECT_EQ(wins.subnets().to_string(), "10.1.7.0/24,fd00::/64");
}

TEST(LeaseWins, FollowTheWatchAsLongAsTheBlockStands) {
  LeaseWins wins = won_at_6();
  wins.follow(claiming(7));
  wins.follow(with_lease(node("me", 9), "10.1.7.0/24"));
  EXPECT_TRUE(wins.any());
  EXPECT_EQ(wins.through, 9U);
  wins.follow(node("me", 10));
  EXPECT_FALSE(wins.any());
  wins.follow(claiming(11));
  EXPECT_FALSE(wins.any()) << "put back is not won again";
}

TEST(LeaseWins, DoNotGoBack) {
  LeaseWins wins = won_at_6();
  wins.follow(node("me", 5));
  wins.jump(node("me", 6));
  EXPECT_TRUE(wins.any());
  EXPECT_EQ(wins.through, 6U);
}

TEST(LeaseWins, AreLostInAGap) {
  LeaseWins wins = won_at_6();
  wins.jump(claiming(7));
  EXPECT_FALSE(wins.any()) << "it may have been gone in between";
}

}  // namespace
}  // namespace weft
