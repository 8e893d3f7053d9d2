#include "backend/monitor_scope.h"

#include "test/unit/backend/netlink/netlink_builder.h"

#include <gtest/gtest.h>

#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace weft::test {

namespace {

const MonitorScope kScope{.devices = {"weft.1", "weft-v6.1"}, .uplink = "eth0"};
const ScopeIndexes kIndexes{.devices = {5}, .uplink = 2};

RawMessage link(int index, std::string_view name, std::uint16_t type = RTM_NEWLINK) {
  ifinfomsg header{};
  header.ifi_index = index;
  return RawMessage(type, raw(header) + text_attribute(IFLA_IFNAME, name));
}

RawMessage address(int index) {
  ifaddrmsg header{};
  header.ifa_family = AF_INET;
  header.ifa_index = static_cast<std::uint32_t>(index);
  return RawMessage(RTM_NEWADDR, raw(header) + attribute(IFA_LOCAL, hex("c0000201")));
}

TEST(MonitorScope, OwnDevicesAndTheUplinkConcernUs) {
  EXPECT_TRUE(concerns(kScope, kIndexes, link(5, "weft.1").view()));
  EXPECT_TRUE(concerns(kScope, kIndexes, link(2, "eth0", RTM_DELLINK).view()));
  EXPECT_TRUE(concerns(kScope, kIndexes, address(2).view()));
}

TEST(MonitorScope, ADeviceThatIsNewIsKnownByName) {
  EXPECT_TRUE(concerns(kScope, kIndexes, link(77, "weft-v6.1").view()));
  EXPECT_TRUE(concerns(kScope, kIndexes, link(78, "eth0").view()));
}

TEST(MonitorScope, ARenamedDeviceIsKnownByIndex) { EXPECT_TRUE(concerns(kScope, kIndexes, link(5, "mine").view())); }

TEST(MonitorScope, OtherLinksAndTheirAddressesDoNot) {
  EXPECT_FALSE(concerns(kScope, kIndexes, link(9, "veth1").view()));
  EXPECT_FALSE(concerns(kScope, kIndexes, address(9).view()));
}

TEST(MonitorScope, WithoutAnUplinkEveryLinkMayBecomeIt) {
  const MonitorScope scope{.devices = kScope.devices, .uplink = ""};
  EXPECT_TRUE(concerns(scope, {}, link(9, "eth1").view()));
  EXPECT_TRUE(concerns(scope, {}, address(9).view()));
}

TEST(MonitorScope, WhatTheFilterLetThroughConcernsUs) {
  EXPECT_TRUE(concerns(kScope, kIndexes, RawMessage(RTM_DELROUTE, Bytes(12)).view()));
  EXPECT_TRUE(concerns(kScope, kIndexes, RawMessage(RTM_DELNEIGH, Bytes(12)).view()));
}

TEST(MonitorScope, OtherAndBrokenMessagesDoNot) {
  EXPECT_FALSE(concerns(kScope, kIndexes, RawMessage(RTM_NEWRULE, Bytes(12)).view()));
  EXPECT_FALSE(concerns(kScope, kIndexes, RawMessage(RTM_NEWLINK, hex("00")).view()));
}

}  // namespace

}  // namespace weft::test
