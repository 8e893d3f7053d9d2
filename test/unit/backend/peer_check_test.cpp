// Rules between peers: whoever has the older lease of a family keeps what two peers publish.
#include "backend/peer_check.h"

#include "test/support/literals.h"
#include "test/support/sample_cluster.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>

namespace weft::test {
namespace {

using Reasons = std::map<std::string, std::string>;  // by node, "" for routed

Reasons reasons_of(const LeaseSnapshot& snapshot) {
  Reasons reasons;
  for (const auto& verdict : judge_peers(snapshot, sample_config(), sample_facts(), sample_uplink()))
    reasons[verdict.node] = verdict.reason;
  return reasons;
}

TEST(PeerCheck, OneVerdictAHolderInTheirOrder) {
  const auto verdicts = judge_peers(sample_snapshot({7, 8, 9}), sample_config(), sample_facts(), sample_uplink());
  ASSERT_EQ(verdicts.size(), 3U);
  EXPECT_EQ(verdicts[0].node, "n7");
  EXPECT_EQ(verdicts[2].node, "n9");
}

TEST(PeerCheck, TheOlderLeaseKeepsTheSubnet) {
  auto snapshot = sample_snapshot({7, 8});
  snapshot.holders[1].lease.subnets.v4 = net("10.244.7.128/25");
  EXPECT_EQ(reasons_of(snapshot), (Reasons{{"n7", ""}, {"n8", "duplicate-subnet"}}));
  snapshot.holders[1].lease.rev4 = 1;
  EXPECT_EQ(reasons_of(snapshot), (Reasons{{"n7", "duplicate-subnet"}, {"n8", ""}}));
}

TEST(PeerCheck, TheRevisionOfTheFamilyCounts) {
  auto snapshot = sample_snapshot({7, 8});
  snapshot.holders[1].lease.subnets.v6 = snapshot.holders[0].lease.subnets.v6;
  snapshot.holders[1].lease.rev4 = 1;  // says nothing about IPv6
  EXPECT_EQ(reasons_of(snapshot), (Reasons{{"n7", ""}, {"n8", "duplicate-subnet"}}));
  snapshot.holders[1].lease.rev6 = 1;
  EXPECT_EQ(reasons_of(snapshot), (Reasons{{"n7", "duplicate-subnet"}, {"n8", ""}}));
}

TEST(PeerCheck, EqualRevisionsAreDecidedByUid) {
  auto snapshot = sample_snapshot({7, 8});
  for (auto& holder : snapshot.holders) {
    holder.lease.subnets = sample_peer(7).lease.subnets;
    holder.lease.rev4 = holder.lease.rev6 = 5;
  }
  EXPECT_EQ(reasons_of(snapshot), (Reasons{{"n7", ""}, {"n8", "duplicate-subnet"}}));
  snapshot.holders[1].lease.uid = "uid-0";
  EXPECT_EQ(reasons_of(snapshot), (Reasons{{"n7", "duplicate-subnet"}, {"n8", ""}}));
}

TEST(PeerCheck, OnePeerAroundSeveral) {
  auto snapshot = sample_snapshot({7, 8, 9, 20});
  snapshot.self->lease.subnets.v4 = net("10.244.100.0/24");
  snapshot.holders[0].lease.subnets.v4 = net("10.244.0.0/20");  // n20
  EXPECT_EQ(reasons_of(snapshot), (Reasons{{"n20", "duplicate-subnet"}, {"n7", ""}, {"n8", ""}, {"n9", ""}}));
  snapshot.holders[0].lease.rev4 = 1;
  EXPECT_EQ(reasons_of(snapshot),
            (Reasons{{"n20", ""}, {"n7", "duplicate-subnet"}, {"n8", "duplicate-subnet"}, {"n9", "duplicate-subnet"}}));
}

TEST(PeerCheck, ACopiedMacCannotStealTraffic) {
  auto snapshot = sample_snapshot({7, 8});
  snapshot.holders[1].vtep->mac = snapshot.holders[0].vtep->mac;
  EXPECT_EQ(reasons_of(snapshot), (Reasons{{"n7", ""}, {"n8", "duplicate-mac"}}));
  snapshot = sample_snapshot({7, 8});
  snapshot.holders[1].vtep->mac6 = snapshot.holders[0].vtep->mac6;
  EXPECT_EQ(reasons_of(snapshot), (Reasons{{"n7", ""}, {"n8", "duplicate-mac"}}));
}

TEST(PeerCheck, ACopiedPublicAddressCannotEither) {
  auto snapshot = sample_snapshot({7, 8});
  snapshot.holders[1].vtep->ip = snapshot.holders[0].vtep->ip;
  EXPECT_EQ(reasons_of(snapshot), (Reasons{{"n7", ""}, {"n8", "duplicate-public-ip"}}));
  snapshot = sample_snapshot({7, 8});
  snapshot.holders[1].vtep->ip6 = snapshot.holders[0].vtep->ip6;
  EXPECT_EQ(reasons_of(snapshot), (Reasons{{"n7", ""}, {"n8", "duplicate-public-ip"}}));
}

TEST(PeerCheck, ABadPeerTakesNothingFromOthers) {
  auto snapshot = sample_snapshot({7, 8});
  snapshot.holders[0].lease.rev4 = snapshot.holders[0].lease.rev6 = 1;
  snapshot.holders[0].vtep = sample_peer(8).vtep;
  snapshot.holders[0].vtep->vni = 42;
  EXPECT_EQ(reasons_of(snapshot), (Reasons{{"n7", "backend-mismatch"}, {"n8", ""}}));
}

LeaseHolder hostile_peer(unsigned n) {
  LeaseHolder peer = sample_peer(n);
  const auto other = [] { return *rc::gen::inRange(2U, 8U); };
  const auto often = [] { return *rc::gen::inRange(0, 3) == 0; };
  if (often()) peer.lease.subnets = sample_peer(other()).lease.subnets;
  if (often()) peer.lease.subnets.v4 = net("10.244.0.0/16").block(*rc::gen::inRange(17U, 27U), other());
  if (often()) peer.vtep = sample_peer(other()).vtep;
  if (often()) peer.vtep->vni = other();
  if (often()) peer.lease.rev4 = other();
  if (often()) peer.lease.rev6 = other();
  return peer;
}

LeaseSnapshot hostile_snapshot() {
  LeaseSnapshot snapshot = sample_snapshot({});
  for (unsigned n = 2; n < 9; ++n) snapshot.holders.push_back(hostile_peer(n));
  return snapshot;
}

RC_GTEST_PROP(PeerCheckProperty, TheOrderOfHoldersDoesNotMatter, ()) {
  auto snapshot = hostile_snapshot();
  const auto before = reasons_of(snapshot);
  for (std::size_t i = snapshot.holders.size(); i > 1; --i) {
    std::swap(snapshot.holders[i - 1], snapshot.holders[*rc::gen::inRange<std::size_t>(0, i)]);
  }
  RC_ASSERT(reasons_of(snapshot) == before);
}

RC_GTEST_PROP(PeerCheckProperty, RoutedPeersShareNothing, ()) {
  const auto verdicts = judge_peers(hostile_snapshot(), sample_config(), sample_facts(), sample_uplink());
  for (const auto& a : verdicts) {
    for (const auto& b : verdicts) {
      if (&a == &b || !a.routed || !b.routed) continue;
      for (const Family family : {Family::v4, Family::v6}) {
        const auto& mine = a.subnets.of(family);
        const auto& other = b.subnets.of(family);
        RC_ASSERT(!mine || !other || !mine->overlaps(*other));
      }
      RC_ASSERT(a.vtep.mac != b.vtep.mac && a.vtep.mac6 != b.vtep.mac6);
      RC_ASSERT(a.vtep.ip != b.vtep.ip && a.vtep.ip6 != b.vtep.ip6);
    }
  }
}

// Whatever others publish, a peer with the oldest lease of both families is routed if it is right by itself.
RC_GTEST_PROP(PeerCheckProperty, TheOldestIsNeverPushedAside, ()) {
  auto snapshot = hostile_snapshot();
  LeaseHolder oldest = sample_peer(5);
  oldest.node = "oldest";
  oldest.lease.rev4 = oldest.lease.rev6 = 1;
  snapshot.holders.push_back(oldest);
  RC_ASSERT(reasons_of(snapshot)["oldest"].empty());
}

TEST(PeerCheck, FiftyThousandPeersAreNoQuadraticWork) {
  NetworkConfig config = sample_config();
  config.v6.reset();
  config.v4->network = net("10.0.0.0/8");
  LeaseSnapshot snapshot = sample_snapshot({});
  for (unsigned i = 1; i <= 50'000; ++i) {
    LeaseHolder peer = sample_peer(7);
    peer.node = fmt::format("n{:05}", i);
    peer.lease.uid = peer.node;
    peer.lease.rev4 = 100 + i;
    peer.lease.subnets = {net("10.0.0.0/8").block(24, i), std::nullopt};
    peer.vtep->ip = IpAddress::from_v4((172U << 24U) + (16U << 16U) + i + 256);
    peer.vtep->mac = MacAddress::locally_administered(i);
    snapshot.holders.push_back(std::move(peer));
  }
  snapshot.self->lease.subnets.v4 = net("10.200.0.0/24");
  const auto start = std::chrono::steady_clock::now();
  const auto verdicts = judge_peers(snapshot, config, sample_facts(), sample_uplink());
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_TRUE(std::ranges::all_of(verdicts, &PeerVerdict::routed));
  // A quadratic rule would take minutes; the bound leaves room for sanitizers and busy machines.
  EXPECT_LT(took, std::chrono::seconds(20));
}

}  // namespace
}  // namespace weft::test
