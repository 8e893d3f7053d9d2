#include "daemon/debug/dataset_text.h"
#include "daemon/debug/leases.h"
#include "daemon/debug/peers.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace weft {
namespace {

IpPrefix prefix(const char* text) { return IpPrefix::parse(text).value(); }

NodeRecord node(const std::string& name, const char* subnet) {
  NodeRecord record{.name = name, .uid = "uid-" + name, .revision = 5};
  record.lease = Lease{.uid = record.uid, .subnets = {.v4 = prefix(subnet)}, .source = LeaseSource::claim, .rev4 = 42};
  record.vtep =
      Vtep{.ip = IpAddress::parse("192.0.2.7").value(), .mac = MacAddress::parse("0a:00:00:00:00:07").value()};
  return record;
}

LeaseSet cluster() {
  LeaseSet set;
  set.begin_list();
  set.upsert(node("a-self", "10.244.1.0/24"));
  set.upsert(node("b-peer", "10.244.2.0/24"));
  set.upsert(node("c-bad", "10.9.0.0/24"));
  NodeRecord claimed{.name = "d-claim", .uid = "u"};
  claimed.claim = Claim{.uid = "u", .nonce = "n", .subnets = {.v4 = prefix("10.244.4.0/24")}};
  set.upsert(claimed);
  NodeRecord bare = node("e-bare", "10.244.5.0/24");
  bare.vtep.reset();
  set.upsert(bare);
  NodeRecord copied = node("f-copied", "10.244.6.0/24");
  copied.lease->uid = "somebody else";
  set.upsert(copied);
  set.upsert({.name = "g-none", .uid = "u"});
  set.end_list(99);
  return set;
}

std::vector<PeerVerdict> verdicts() {
  std::vector<PeerVerdict> result(2);
  result[0] = {.node = "b-peer", .routed = true};
  result[1] = {.node = "c-bad", .reason = "outside-network", .detail = "10.9.0.0/24 is not inside 10.244.0.0/16"};
  return result;
}

TEST(DebugLeases, JsonHasAStateForEveryNode) {
  const auto judged = verdicts();
  const LeasesView view{.self = "a-self", .self_state = "HELD", .self_holds = true, .verdicts = &judged};
  const auto data = leases_json(cluster(), view);
  std::string states;
  for (const auto& row : data.at("nodes")) states += row.at("state").get<std::string>() + " ";
  EXPECT_EQ(states, "self routed rejected claimed no-vtep foreign-uid none ");
  EXPECT_EQ(data.at("nodes").at(0).at("rev"), "42");
  EXPECT_EQ(data.at("revision"), "99");
  EXPECT_EQ(data.at("nodes").at(2).at("reason"), "outside-network");
}

TEST(DebugLeases, Table) {
  const auto judged = verdicts();
  const LeasesView view{.self = "a-self", .self_state = "HELD", .self_holds = true, .verdicts = &judged};
  const std::string text = leases_text(leases_json(cluster(), view));
  EXPECT_NE(
      text.find("NODE       SUBNET          IPV6-SUBNET   PUBLIC-IP   VTEP-MAC            SOURCE   REV   STATE\n"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("a-self     10.244.1.0/24   -             192.0.2.7   0a:00:00:00:00:07   claim    42    self\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("rejected: outside-network\n"), std::string::npos) << text;
  EXPECT_NE(text.find("no vtep\n"), std::string::npos) << text;
}

TEST(DebugLeases, WithoutANodeNothingIsRoutedYet) {
  const auto data = leases_json(cluster(), {});
  EXPECT_EQ(data.at("nodes").at(1).at("state"), "leased");
}

TEST(DebugPeers, VerdictsAndConflicts) {
  RouteConflict conflict{.node = "b-peer", .subnet = prefix("10.244.2.0/24"), .route = {}};
  conflict.route.destination = prefix("10.244.2.0/25");
  conflict.route.link = "eth0";
  const auto data = peers_json(verdicts(), {conflict});
  EXPECT_EQ(data.at("peers").at(0).at("verdict"), "routed");
  EXPECT_EQ(data.at("peers").at(0).at("conflicts").size(), 1U);
  EXPECT_EQ(data.at("peers").at(1).at("reason"), "outside-network");
  const std::string text = peers_text(data);
  EXPECT_NE(text.find("10.244.2.0/25"), std::string::npos) << text;
  EXPECT_NE(text.find("not inside"), std::string::npos) << text;
}

TEST(DebugText, SurvivesJsonThatLacksEverything) {
  for (const auto& data : {nlohmann::json::object(), nlohmann::json::array(), nlohmann::json(7),
                           nlohmann::json{{"nodes", 7}, {"peers", {{"node", 1}}}, {"operations", "x"}}}) {
    for (auto* const text_of : {leases_text, peers_text, plan_text, kernel_text, firewall_text, health_text}) {
      EXPECT_NE(text_of(data), "");
    }
  }
}

}  // namespace
}  // namespace weft
