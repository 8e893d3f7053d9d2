// Each rule that a peer meets or breaks by itself, on a node with the sample cluster's facts.
#include "backend/peer_check.h"
#include "test/support/literals.h"
#include "test/support/sample_cluster.h"

#include <gtest/gtest.h>

#include <string>

namespace weft::test {
namespace {

class PeerRulesTest : public testing::Test {
 protected:
  // The verdict about `peer`; peer n8 beside it must never notice.
  PeerVerdict judge(const LeaseHolder& peer) {
    LeaseSnapshot snapshot = sample_snapshot({8});
    snapshot.holders.push_back(peer);
    const auto verdicts = judge_peers(snapshot, config_, facts_, uplink_);
    EXPECT_TRUE(verdicts.at(0).routed) << verdicts.at(0).detail;
    EXPECT_EQ(verdicts.at(1).routed, verdicts.at(1).reason.empty());
    EXPECT_EQ(verdicts.at(1).routed, verdicts.at(1).detail.empty());
    return verdicts.at(1);
  }
  std::string reason_of(const LeaseHolder& peer) { return judge(peer).reason; }

  template <class Change>
  std::string reason_after(Change change) {
    LeaseHolder peer = sample_peer(9);
    change(peer);
    return reason_of(peer);
  }
  std::string reason_with_v4(const char* subnet) {
    return reason_after([&](LeaseHolder& peer) { peer.lease.subnets.v4 = net(subnet); });
  }
  std::string reason_with_v6(const char* subnet) {
    return reason_after([&](LeaseHolder& peer) { peer.lease.subnets.v6 = net(subnet); });
  }
  std::string reason_with_ip(const char* address) {
    return reason_after([&](LeaseHolder& peer) { peer.vtep->ip = ip(address); });
  }
  std::string reason_with_ip6(const char* address) {
    return reason_after([&](LeaseHolder& peer) { peer.vtep->ip6 = ip(address); });
  }

  NetworkConfig config_ = sample_config();
  NodeFacts facts_ = sample_facts();
  Uplink uplink_ = sample_uplink();
};

TEST_F(PeerRulesTest, AGoodPeerIsRoutedInBothFamilies) {
  const auto verdict = judge(sample_peer(9));
  EXPECT_TRUE(verdict.routed);
  EXPECT_EQ(verdict.node, "n9");
  EXPECT_EQ(verdict.subnets, sample_peer(9).lease.subnets);
  EXPECT_EQ(verdict.vtep, *sample_peer(9).vtep);
}

TEST_F(PeerRulesTest, NoVtep) {
  EXPECT_EQ(reason_after([](LeaseHolder& peer) { peer.vtep.reset(); }), "no-vtep");
}

TEST_F(PeerRulesTest, OutsideNetwork) {
  EXPECT_EQ(reason_with_v4("11.0.0.0/24"), "outside-network");
  EXPECT_EQ(reason_with_v4("169.254.0.0/16"), "outside-network");
  EXPECT_EQ(reason_with_v4("0.0.0.0/0"), "outside-network");
  EXPECT_EQ(reason_with_v4("10.0.0.0/8"), "outside-network");
  EXPECT_EQ(reason_with_v6("2001:db8::/64"), "outside-network");
  EXPECT_EQ(reason_with_v6("fe80::/64"), "outside-network");
}

TEST_F(PeerRulesTest, WrongLength) {
  EXPECT_EQ(reason_with_v4("10.244.0.0/16"), "wrong-length");
  EXPECT_EQ(reason_with_v4("10.244.128.0/17"), "wrong-length");
  EXPECT_EQ(reason_with_v4("10.244.32.0/19"), "wrong-length");
  EXPECT_EQ(reason_with_v6("fd00:10:244:8000::/49"), "wrong-length");
  // SubnetLen may be changed node by node.
  EXPECT_EQ(reason_with_v4("10.244.32.0/20"), "");
  EXPECT_EQ(reason_with_v4("10.244.9.128/26"), "");
}

TEST_F(PeerRulesTest, OwnSubnet) {
  EXPECT_EQ(reason_with_v4("10.244.0.0/24"), "own-subnet");
  EXPECT_EQ(reason_with_v4("10.244.0.128/25"), "own-subnet");
  EXPECT_EQ(reason_with_v4("10.244.0.0/20"), "own-subnet");
  EXPECT_EQ(reason_with_v6("fd00:10:244::/64"), "own-subnet");
}

TEST_F(PeerRulesTest, ConnectedNetwork) {
  facts_.addresses.push_back({.link = "up1", .address = ip("10.244.9.200"), .length = 25});
  facts_.addresses.push_back({.link = "up1", .address = ip("fd00:10:244:10::1"), .length = 62});
  EXPECT_EQ(reason_with_v4("10.244.9.0/24"), "connected-network");
  EXPECT_EQ(reason_with_v4("10.244.9.0/25"), "");
  EXPECT_EQ(reason_with_v6("fd00:10:244:11::/64"), "connected-network");
}

TEST_F(PeerRulesTest, GatewayOfADefaultRoute) {
  facts_.default_routes.push_back({Family::v4, "up1", ip("10.244.9.254"), 200});
  EXPECT_EQ(reason_with_v4("10.244.9.0/24"), "connected-network");
  EXPECT_EQ(reason_with_v4("10.244.10.0/24"), "");
}

TEST_F(PeerRulesTest, OwnDevicesAndPodsConnectNothing) {
  facts_.addresses.push_back({.link = "weft.1", .address = ip("10.244.9.1"), .length = 24});
  facts_.addresses.push_back({.link = "veth1", .address = ip("10.244.9.7"), .length = 32});
  facts_.addresses.push_back({.link = "veth1", .address = ip("fd00:10:244:9::7"), .length = 128});
  EXPECT_EQ(reason_of(sample_peer(9)), "");
}

TEST_F(PeerRulesTest, BadMac) {
  for (const char* mac : {"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01"}) {
    EXPECT_EQ(reason_after([&](LeaseHolder& peer) { peer.vtep->mac = hw(mac); }), "bad-mac") << mac;
    EXPECT_EQ(reason_after([&](LeaseHolder& peer) { peer.vtep->mac6 = hw(mac); }), "bad-mac") << mac;
  }
  EXPECT_EQ(reason_after([](LeaseHolder& peer) { peer.vtep->mac.reset(); }), "bad-mac");
  EXPECT_EQ(reason_after([](LeaseHolder& peer) { peer.vtep->mac = sample_self().vtep.mac; }), "bad-mac");
}

TEST_F(PeerRulesTest, BadPublicAddress) {
  for (const char* address : {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "169.254.1.1"})
    EXPECT_EQ(reason_with_ip(address), "bad-public-ip") << address;
  for (const char* address : {"::", "::1", "ff02::1", "fe80::9"})
    EXPECT_EQ(reason_with_ip6(address), "bad-public-ip") << address;
  EXPECT_EQ(reason_after([](LeaseHolder& peer) { peer.vtep->ip.reset(); }), "bad-public-ip");
  EXPECT_EQ(reason_with_ip("10.244.200.1"), "bad-public-ip");
  EXPECT_EQ(reason_with_ip6("fd00:10:244:200::1"), "bad-public-ip");
}

TEST_F(PeerRulesTest, OwnAddressesOfAnyDevice) {
  facts_.addresses.push_back({.link = "docker0", .address = ip("172.17.0.1"), .length = 16});
  uplink_.public4 = ip("203.0.113.5");  // behind NAT
  EXPECT_EQ(reason_with_ip("192.0.2.1"), "bad-public-ip");
  EXPECT_EQ(reason_with_ip("172.17.0.1"), "bad-public-ip");
  EXPECT_EQ(reason_with_ip("203.0.113.5"), "bad-public-ip");
  EXPECT_EQ(reason_with_ip6("2001:db8::1"), "bad-public-ip");
}

TEST_F(PeerRulesTest, BackendMismatch) {
  EXPECT_EQ(reason_after([](LeaseHolder& peer) { peer.vtep->vni = 42; }), "backend-mismatch");
  EXPECT_EQ(reason_after([](LeaseHolder& peer) { peer.vtep->port = 4789; }), "backend-mismatch");
  EXPECT_EQ(reason_after([](LeaseHolder& peer) { peer.vtep->backend = BackendType::host_gw; }), "backend-mismatch");
}

TEST_F(PeerRulesTest, WrongFamily) {
  config_.v6.reset();
  EXPECT_EQ(reason_after([](LeaseHolder& peer) { peer.lease.subnets.v4.reset(); }), "wrong-family");
}

TEST_F(PeerRulesTest, AFamilyThatThisNodeLacksIsNotJudged) {
  config_.v6.reset();
  const auto verdict = judge(sample_peer(9));
  EXPECT_TRUE(verdict.routed);
  EXPECT_EQ(verdict.subnets.v6, std::nullopt);
  EXPECT_EQ(reason_with_v6("2001:db8::/64"), "");
}

TEST_F(PeerRulesTest, OneBadFamilyRejectsThePeerAsAWhole) {
  EXPECT_EQ(reason_with_v6("fd00:10:244::/48"), "wrong-length");
  EXPECT_EQ(reason_with_ip6("ff02::1"), "bad-public-ip");
}

TEST_F(PeerRulesTest, HostGatewayNeedsTheSegment) {
  config_.backend.type = BackendType::host_gw;
  LeaseSnapshot snapshot = sample_snapshot({8, 9});
  for (auto& holder : snapshot.holders) {
    holder.vtep->backend = BackendType::host_gw;
    holder.vtep->mac.reset();
    holder.vtep->mac6.reset();
  }
  snapshot.holders[1].vtep->ip = ip("198.51.100.9");
  const auto verdicts = judge_peers(snapshot, config_, facts_, uplink_);
  EXPECT_TRUE(verdicts[0].routed) << verdicts[0].detail;
  EXPECT_EQ(verdicts[1].reason, "not-on-segment");
}

TEST_F(PeerRulesTest, TheDetailNamesTheOffendingValue) {
  LeaseHolder peer = sample_peer(9);
  peer.vtep->vni = 42;
  EXPECT_NE(judge(peer).detail.find("42"), std::string::npos);
  peer = sample_peer(9);
  peer.lease.subnets.v4 = net("11.0.0.0/24");
  EXPECT_NE(judge(peer).detail.find("11.0.0.0/24"), std::string::npos);
  EXPECT_NE(judge(peer).detail.find("10.244.0.0/16"), std::string::npos);
}

}  // namespace
}  // namespace weft::test
