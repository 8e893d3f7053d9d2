// Which device and addresses are chosen; uplink_error_test.cpp has what is refused.
#include "backend/uplink.h"

#include "test/support/literals.h"
#include "test/support/sample_cluster.h"

#include <gtest/gtest.h>

#include <string>

namespace weft::test {
namespace {

// The sample cluster's node with a second device, `up1`.
class UplinkTest : public testing::Test {
 protected:
  UplinkTest() {
    facts_.interfaces.push_back({.name = "up1", .mtu = 9000, .up = true, .vni = std::nullopt});
    facts_.interfaces.push_back({.name = "weft.1", .mtu = 1450, .up = true, .vni = 1, .vxlan_port = 8472});
    facts_.addresses.push_back({.link = "up1", .address = ip("198.51.100.1"), .length = 24});
    facts_.addresses.push_back({.link = "up1", .address = ip("2001:db8:1::1"), .length = 64});
    facts_.addresses.push_back({.link = "weft.1", .address = ip("10.244.0.0"), .length = 32});
  }

  Uplink choose() {
    const auto uplink = choose_uplink(facts_, options_, config_);
    EXPECT_TRUE(uplink) << uplink.error().message;
    return uplink ? *uplink : Uplink{};
  }
  std::string link() { return choose().link; }

  NetworkConfig config_ = sample_config();
  NodeFacts facts_ = sample_facts();
  UplinkOptions options_;
};

TEST_F(UplinkTest, TheDefaultRouteLeadsToIt) { EXPECT_EQ(choose(), sample_uplink()); }

TEST_F(UplinkTest, OfSeveralDefaultRoutesTheLowestMetric) {
  facts_.default_routes = {{Family::v4, "up1", ip("198.51.100.254"), 50}, {Family::v4, "up0", ip("192.0.2.254"), 100}};
  EXPECT_EQ(link(), "up1");
  EXPECT_EQ(choose().mtu, 9000U);
}

TEST_F(UplinkTest, OfSeveralHopsTheFirst) {
  facts_.default_routes = {{Family::v4, "up0", ip("192.0.2.254"), 100}, {Family::v4, "up1", ip("198.51.100.254"), 100}};
  EXPECT_EQ(link(), "up0");
}

TEST_F(UplinkTest, OfSeveralHopsTheOneThatIpv6LeavesByToo) {
  facts_.default_routes = {{Family::v4, "up0", ip("192.0.2.254"), 100},
                           {Family::v4, "up1", ip("198.51.100.254"), 100},
                           {Family::v6, "up1", ip("fe80::1"), 1024}};
  EXPECT_EQ(link(), "up1");
  config_.v6.reset();
  EXPECT_EQ(link(), "up0");
}

TEST_F(UplinkTest, AnIpv6ClusterFollowsItsOwnDefaultRoute) {
  config_.v4.reset();
  facts_.default_routes = {{Family::v4, "up0", ip("192.0.2.254"), 100}, {Family::v6, "up1", ip("fe80::1"), 1024}};
  EXPECT_EQ(link(), "up1");
}

TEST_F(UplinkTest, OwnDevicesAreNoUplink) {
  facts_.default_routes.insert(facts_.default_routes.begin(), {Family::v4, "weft.1", std::nullopt, 0});
  EXPECT_EQ(link(), "up0");
}

TEST_F(UplinkTest, IfaceByNameOrAddressTheFirstThatExists) {
  options_.interfaces = {"eth7", "up1", "up0"};
  EXPECT_EQ(link(), "up1");
  options_.interfaces = {"203.0.113.1", "198.51.100.1"};
  EXPECT_EQ(link(), "up1");
  options_.interfaces = {"2001:db8:1::1"};
  EXPECT_EQ(link(), "up1");
}

TEST_F(UplinkTest, IfaceByAddressTakesThatAddress) {
  facts_.addresses.push_back({.link = "up1", .address = ip("198.51.100.2"), .length = 24});
  options_.interfaces = {"198.51.100.2"};
  EXPECT_EQ(choose().local4, ip("198.51.100.2"));
  EXPECT_EQ(choose().public4, ip("198.51.100.2"));
  EXPECT_EQ(choose().local6, ip("2001:db8:1::1"));
}

TEST_F(UplinkTest, IfaceRegexOnAddressesThenNames) {
  options_.interface_regexes = {"^198\\.51\\."};
  EXPECT_EQ(link(), "up1");
  options_.interface_regexes = {"^nothing$", "^up1$"};
  EXPECT_EQ(link(), "up1");
  options_.interface_regexes = {"weft|up1"};
  EXPECT_EQ(link(), "up1");
}

TEST_F(UplinkTest, IfaceComesBeforeRegexAndReach) {
  options_.interfaces = {"up0"};
  options_.interface_regexes = {"up1"};
  options_.device_towards = "up1";
  EXPECT_EQ(link(), "up0");
  options_.interfaces = {"eth7"};
  EXPECT_EQ(link(), "up1");
}

TEST_F(UplinkTest, IfaceCanReachIsTheKernelsAnswer) {
  options_.device_towards = "up1";
  EXPECT_EQ(link(), "up1");
}

TEST_F(UplinkTest, PublicIpOfADeviceChoosesIt) {
  options_.public_ip = ip("198.51.100.1");
  EXPECT_EQ(link(), "up1");
}

TEST_F(UplinkTest, PublicIpBehindNatLeavesTheDevice) {
  options_.public_ip = ip("203.0.113.5");
  options_.public_ip6 = ip("2001:db8:ffff::5");
  const auto uplink = choose();
  EXPECT_EQ(uplink.link, "up0");
  EXPECT_EQ(uplink.local4, ip("192.0.2.1"));
  EXPECT_EQ(uplink.public4, ip("203.0.113.5"));
  EXPECT_EQ(uplink.public6, ip("2001:db8:ffff::5"));
}

TEST_F(UplinkTest, TheAnnotationWinsOverTheFlag) {
  options_.public_ip = ip("203.0.113.5");
  options_.overwrite_ip = ip("203.0.113.6");
  options_.overwrite_ip6 = ip("2001:db8:ffff::6");
  EXPECT_EQ(choose().public4, ip("203.0.113.6"));
  EXPECT_EQ(choose().public6, ip("2001:db8:ffff::6"));
  EXPECT_EQ(choose().local4, ip("192.0.2.1"));
}

TEST_F(UplinkTest, TheBestAddressIsGlobalStableAndPermanent) {
  config_.v4.reset();
  auto& addresses = facts_.addresses;
  std::erase_if(addresses, [](const InterfaceAddress& held) { return held.link == "up0"; });
  const auto add = [&](const char* address) -> InterfaceAddress& {
    addresses.push_back({.link = "up0", .address = ip(address), .length = 64});
    return addresses.back();
  };
  add("fe80::1");
  add("2001:db8::d").deprecated = true;
  add("2001:db8::7e").temporary = true;
  EXPECT_EQ(choose().local6, ip("2001:db8::7e"));
  add("2001:db8::a").dynamic = true;
  EXPECT_EQ(choose().local6, ip("2001:db8::a"));
  add("2001:db8::1");
  add("2001:db8::2");
  EXPECT_EQ(choose().local6, ip("2001:db8::1"));
}

TEST_F(UplinkTest, NothingToWarnAboutUsually) { EXPECT_TRUE(uplink_warnings(facts_, config_, choose()).empty()); }

TEST_F(UplinkTest, WarnsOfWhatWillHurt) {
  facts_.interfaces[1].up = false;
  config_.backend.mtu = 9000;
  facts_.addresses.push_back({.link = "up1", .address = ip("10.0.0.1"), .length = 8});
  const auto warnings = uplink_warnings(facts_, config_, choose());
  ASSERT_EQ(warnings.size(), 3U);
  EXPECT_EQ(warnings[0], "the uplink up0 is down: ip link set up0 up");
  EXPECT_NE(warnings[1].find("Backend.MTU = 9000 is larger than the MTU 1500"), std::string::npos) << warnings[1];
  EXPECT_NE(warnings[2].find("10.244.0.0/16 is inside 10.0.0.0/8, the network of up1"), std::string::npos)
      << warnings[2];
}

}  // namespace
}  // namespace weft::test
