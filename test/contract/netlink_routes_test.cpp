// Routes: who owns which, and what replacing and removing does to a slot.
#include "backend/netlink/requests.h"
#include "test/contract/netlink_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>

#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace weft::test {

namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

class NetlinkRoutesTest : public NetlinkFixture {
 protected:
  void SetUp() override {
    NetlinkFixture::SetUp();
    const KernelState sample = sample_state();
    apply_all({.links = sample.links, .addresses = sample.addresses});
  }

  void put(const Route& route) {
    const auto results = apply({{Verb::put, route}});
    ASSERT_TRUE(results[0]) << results[0].error().message;
  }
  void remove(const Route& route) {
    const auto results = apply({{Verb::remove, route}});
    ASSERT_TRUE(results[0]) << results[0].error().message;
  }
  std::vector<Route> own_routes() { return own().routes; }

  static Route v4_route(const char* gateway, std::uint32_t metric = 1007) {
    return {prefix("10.244.7.0/24"), metric, "weft.1", address(gateway), true};
  }
  static Route v6_route(const char* gateway, std::uint32_t metric = 1007) {
    return {prefix("fd00:10:244:7::/64"), metric, "weft-v6.1", address(gateway), true};
  }
  void add_multipath(const IpPrefix& destination, std::uint32_t metric, const IpAddress& first,
                     const IpAddress& second);
};

// As `ip route add … nexthop via … nexthop via …`.
void NetlinkRoutesTest::add_multipath(const IpPrefix& destination, std::uint32_t metric, const IpAddress& first,
                                      const IpAddress& second) {
  const auto link = other().index_of(destination.is_v4() ? "weft.1" : "weft-v6.1");
  struct Hop {
    rtnexthop head{};
    rtattr attribute{};
  };
  std::vector<std::byte> hops;
  for (const auto& gateway : {first, second}) {
    Hop hop;
    hop.head.rtnh_len = static_cast<unsigned short>(sizeof hop + gateway.bytes().size());
    hop.head.rtnh_flags = RTNH_F_ONLINK;
    hop.head.rtnh_ifindex = link;
    hop.attribute.rta_len = static_cast<unsigned short>(RTA_LENGTH(gateway.bytes().size()));
    hop.attribute.rta_type = RTA_GATEWAY;
    const auto head = std::as_bytes(std::span(&hop, 1));
    const auto body = std::as_bytes(gateway.bytes());
    hops.insert(hops.end(), head.begin(), head.end());
    hops.insert(hops.end(), body.begin(), body.end());
  }
  rtmsg header{};
  header.rtm_family = destination.is_v4() ? AF_INET : AF_INET6;
  header.rtm_dst_len = static_cast<std::uint8_t>(destination.length());
  header.rtm_table = RT_TABLE_MAIN;
  header.rtm_protocol = kRouteProtocol;
  header.rtm_type = RTN_UNICAST;
  netlink::Message message;
  message.start(RTM_NEWROUTE, NLM_F_CREATE, header);
  message.put_address(RTA_DST, destination.address()).put_u32(RTA_PRIORITY, metric).put_bytes(RTA_MULTIPATH, hops);
  const auto done = other().socket().request(message);
  ASSERT_TRUE(done) << done.error().message;
}

TEST_F(NetlinkRoutesTest, AnotherGatewayReplacesTheOldOne) {
  put(v4_route("10.244.7.0"));
  put(v4_route("10.244.7.9"));
  put(v6_route("fd00:10:244:7::"));
  put(v6_route("fd00:10:244:7::9"));  // not a second hop
  EXPECT_EQ(own_routes(), (std::vector{v4_route("10.244.7.9"), v6_route("fd00:10:244:7::9")}));
}

TEST_F(NetlinkRoutesTest, AGatewayReplacesARouteWithoutOne) {
  Route v4 = v4_route("10.244.7.0");
  Route v6 = v6_route("fd00:10:244:7::");
  v4.gateway.reset();
  v4.onlink = false;
  v6.gateway.reset();
  v6.onlink = false;
  other().add_route(v4, kRouteProtocol);
  other().add_route(v6, kRouteProtocol);
  EXPECT_EQ(own_routes(), (std::vector{v4, v6}));
  put(v4_route("10.244.7.0"));
  put(v6_route("fd00:10:244:7::"));
  EXPECT_EQ(own_routes(), (std::vector{v4_route("10.244.7.0"), v6_route("fd00:10:244:7::")}));
}

TEST_F(NetlinkRoutesTest, AMultipathRouteIsNotTakenForOurs) {
  const Route v4 = v4_route("10.244.7.0");
  const Route v6 = v6_route("fd00:10:244:7::");
  add_multipath(v4.destination, v4.metric, *v4.gateway, address("10.244.7.9"));
  add_multipath(v6.destination, v6.metric, *v6.gateway, address("fd00:10:244:7::9"));
  ASSERT_EQ(own_routes().size(), 2U);
  for (const auto& route : own_routes()) EXPECT_EQ(route.link, "");
  put(v4);
  put(v6);
  EXPECT_EQ(own_routes(), (std::vector{v4, v6}));
}

TEST_F(NetlinkRoutesTest, AMultipathRouteIsRemovedWhole) {
  const Route v4 = v4_route("10.244.7.0");
  const Route v6 = v6_route("fd00:10:244:7::");
  add_multipath(v4.destination, v4.metric, *v4.gateway, address("10.244.7.9"));
  add_multipath(v6.destination, v6.metric, *v6.gateway, address("fd00:10:244:7::9"));
  for (const auto& route : own_routes()) remove(route);
  EXPECT_THAT(own_routes(), IsEmpty());
}

TEST_F(NetlinkRoutesTest, RemovingEmptiesTheSlotWhateverTheGateway) {
  put(v4_route("10.244.7.9"));
  put(v6_route("fd00:10:244:7::9"));
  remove(v4_route("10.244.7.0"));
  remove(v6_route("fd00:10:244:7::"));
  EXPECT_THAT(own_routes(), IsEmpty());
}

TEST_F(NetlinkRoutesTest, RemovingLeavesOtherMetricsAlone) {
  put(v4_route("10.244.7.0", 1007));
  put(v4_route("10.244.7.0", 1008));
  put(v6_route("fd00:10:244:7::", 1007));
  put(v6_route("fd00:10:244:7::", 1008));
  remove(v4_route("10.244.7.0", 1007));
  remove(v6_route("fd00:10:244:7::", 1007));
  EXPECT_EQ(own_routes(), (std::vector{v4_route("10.244.7.0", 1008), v6_route("fd00:10:244:7::", 1008)}));
}

TEST_F(NetlinkRoutesTest, AnOlderFlannelsRouteOnOurDeviceIsOursToRemove) {
  const Route theirs = v4_route("10.244.7.0", 0);
  other().add_route(theirs, RTPROT_BOOT);
  put(v4_route("10.244.7.0"));
  EXPECT_EQ(own_routes(), (std::vector{theirs, v4_route("10.244.7.0")}));
  remove(theirs);
  EXPECT_EQ(own_routes(), std::vector{v4_route("10.244.7.0")});
  remove(theirs);  // gone already: must not take our own, which the kernel would match as "any metric"
  EXPECT_EQ(own_routes(), std::vector{v4_route("10.244.7.0")});
}

TEST_F(NetlinkRoutesTest, ARouteOnAnotherDeviceInOurSlotStays) {
  Route theirs = v4_route("192.0.2.9");
  theirs.link = "up0";
  other().add_route(theirs, RTPROT_STATIC);
  remove(v4_route("10.244.7.0"));
  EXPECT_THAT(foreign_routes(), Contains(theirs));
}

TEST_F(NetlinkRoutesTest, ForeignRoutesAreThoseOfTheMainTable) {
  const Route by_hand{prefix("10.0.0.0/8"), 50, "up0", address("192.0.2.9"), false};
  other().add_route(by_hand, RTPROT_STATIC);
  const auto routes = foreign_routes();
  EXPECT_THAT(routes, Contains(by_hand));
  EXPECT_THAT(routes, Contains(Route{prefix("192.0.2.0/24"), 0, "up0", std::nullopt, false}));     // connected
  EXPECT_THAT(routes, Contains(Route{prefix("2001:db8::/64"), 256, "up0", std::nullopt, false}));  // connected
  EXPECT_THAT(routes, Contains(Route{prefix("fd00:10:244::/128"), 256, "weft-v6.1", std::nullopt, false}));
  EXPECT_THAT(routes, Not(Contains(testing::Field(&Route::destination, prefix("192.0.2.1/32")))));  // table local
  EXPECT_TRUE(std::ranges::is_sorted(routes));
  EXPECT_THAT(own_routes(), IsEmpty());
}

TEST_F(NetlinkRoutesTest, OurProtocolIsOursOnAnyDevice) {
  const Route direct{prefix("10.244.9.0/24"), 1009, "up0", address("192.0.2.9"), false};  // host-gw
  put(direct);
  EXPECT_EQ(own_routes(), std::vector{direct});
  remove(direct);
  EXPECT_THAT(own_routes(), IsEmpty());
}

}  // namespace

}  // namespace weft::test
