// Every refusal is one line that names what is there and what to do.
#include "backend/uplink.h"
#include "test/support/literals.h"
#include "test/support/sample_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace weft::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class UplinkErrorTest : public testing::Test {
 protected:
  std::string error() {
    const auto uplink = choose_uplink(facts_, options_, config_);
    return uplink ? "chose " + uplink->link : uplink.error().message;
  }
  void remove_addresses(Family family) {
    std::erase_if(facts_.addresses,
                  [&](const InterfaceAddress& held) { return held.link == "up0" && held.address.family() == family; });
  }

  NetworkConfig config_ = sample_config();
  NodeFacts facts_ = sample_facts();
  UplinkOptions options_;
};

TEST_F(UplinkErrorTest, NoDefaultRoute) {
  facts_.default_routes.clear();
  EXPECT_EQ(error(),
            "no IPv4 default route to find the uplink by: name it with --iface; there is: up0 192.0.2.1 2001:db8::1");
  // A cable that was pulled takes the routes with it.
  for (Interface& interface : facts_.interfaces) interface.up = false;
  EXPECT_THAT(error(), HasSubstr("there is: up0 (down) 192.0.2.1"));
  facts_ = {};
  EXPECT_THAT(error(), HasSubstr("there is: none"));
}

TEST_F(UplinkErrorTest, NoSuchDevice) {
  options_.interfaces = {"eth7", "10.9.9.9"};
  EXPECT_EQ(error(), "--iface eth7, 10.9.9.9: no such device or address; there is: up0 192.0.2.1 2001:db8::1");
}

TEST_F(UplinkErrorTest, NothingMatches) {
  options_.interface_regexes = {"^eth"};
  EXPECT_THAT(error(), AllOf(HasSubstr("--iface-regex ^eth: nothing matches"), HasSubstr("up0 192.0.2.1")));
}

TEST_F(UplinkErrorTest, ABrokenRegexIsAnErrorAndNoCrash) {
  for (const char* pattern : {"[", "(", "*", "a{2,1}", "\\"}) {
    options_.interface_regexes = {pattern};
    EXPECT_THAT(error(), HasSubstr(std::string("--iface-regex ") + pattern + ": "));
  }
}

TEST_F(UplinkErrorTest, LoopbackAndOwnDevicesCannotBeNamed) {
  facts_.interfaces.push_back({.name = "weft.1", .mtu = 1450, .up = true, .vni = 1, .vxlan_port = 8472});
  options_.interfaces = {"lo"};
  EXPECT_THAT(error(), HasSubstr("--iface lo: lo is the loopback device"));
  options_.interfaces = {"weft.1"};
  EXPECT_THAT(error(), HasSubstr("--iface weft.1: weft.1 is Weft's own device"));
  options_.interfaces.clear();
  options_.device_towards = "weft.1";
  EXPECT_THAT(error(), HasSubstr("--iface-can-reach: weft.1 is Weft's own device"));
}

TEST_F(UplinkErrorTest, NoAddressOfAnEnabledFamily) {
  remove_addresses(Family::v6);
  EXPECT_EQ(error(),
            "IPv6 is enabled and up0, chosen by the IPv4 default route, has no IPv6 address that other nodes can send "
            "to: give it one, choose another device with --iface, or set EnableIPv6 to false");
  facts_.addresses.push_back({.link = "up0", .address = ip("fe80::1"), .length = 64});
  EXPECT_THAT(error(), HasSubstr("has no IPv6 address"));
  config_.v6.reset();
  EXPECT_EQ(error(), "chose up0");
  remove_addresses(Family::v4);
  EXPECT_THAT(error(), HasSubstr("has no IPv4 address"));
}

TEST_F(UplinkErrorTest, FamiliesThatLeaveByDifferentDevices) {
  facts_.interfaces.push_back({.name = "up1", .mtu = 1500, .up = true, .vni = std::nullopt});
  remove_addresses(Family::v6);
  facts_.addresses.push_back({.link = "up1", .address = ip("2001:db8:1::1"), .length = 64});
  facts_.default_routes[1].link = "up1";
  EXPECT_THAT(error(), HasSubstr("its default route leaves by up1; one device must carry both families"));
}

TEST_F(UplinkErrorTest, PodNetworkOverUplinksNetwork) {
  config_.v4->network = net("192.0.0.0/16");
  EXPECT_EQ(error(),
            "Network = 192.0.0.0/16 overlaps 192.0.2.0/24, the network of the uplink up0: choose another pod network");
  config_ = sample_config();
  config_.v6->network = net("2001:db8::/72");
  EXPECT_THAT(error(), HasSubstr("IPv6Network = 2001:db8::/72 overlaps 2001:db8::/64"));
}

TEST_F(UplinkErrorTest, PodNetworkOverTheGateway) {
  facts_.addresses[1].length = 32;
  facts_.default_routes[0].gateway = ip("10.244.0.1");
  EXPECT_THAT(error(), HasSubstr("Network = 10.244.0.0/16 overlaps 10.244.0.1/32"));
}

TEST_F(UplinkErrorTest, PublicAddressesThatNobodyCanSendTo) {
  options_.public_ip = ip("127.0.0.1");
  EXPECT_THAT(error(), HasSubstr("public-ip 127.0.0.1: it must be a unicast IPv4 address"));
  options_.public_ip = ip("10.244.7.7");
  EXPECT_THAT(error(), HasSubstr("public-ip 10.244.7.7 is inside Network = 10.244.0.0/16"));
  options_.public_ip.reset();
  options_.overwrite_ip6 = ip("192.0.2.1");
  EXPECT_THAT(error(), HasSubstr("public-ipv6 192.0.2.1: it must be a unicast IPv6 address"));
}

TEST_F(UplinkErrorTest, MtusThatLeaveTooLittle) {
  facts_.interfaces[1].mtu = 1349;
  EXPECT_EQ(error(),
            "MTU 1349 of up0 leaves 1279 bytes for IPv6 pods, at least 1280 are needed: raise the device's MTU");
  facts_.interfaces[1].mtu = 1350;
  EXPECT_EQ(error(), "chose up0");
  config_.backend.mtu = 600;
  EXPECT_THAT(error(), HasSubstr("raise the device's MTU and Backend.MTU"));
  config_.v6.reset();
  EXPECT_THAT(error(), HasSubstr("MTU 600 of up0 leaves 550 bytes for IPv4 pods"));
}

}  // namespace
}  // namespace weft::test
