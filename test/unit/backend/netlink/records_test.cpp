#include "backend/netlink/records.h"

#include "test/unit/backend/netlink/netlink_builder.h"

#include <gtest/gtest.h>

#include <string_view>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

namespace weft::test {

namespace {

using namespace netlink;

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

ifinfomsg link_header(int index, std::uint32_t flags, std::uint8_t family = AF_UNSPEC) {
  ifinfomsg header{};
  header.ifi_family = family;
  header.ifi_index = index;
  header.ifi_flags = flags;
  return header;
}

ifaddrmsg address_header(std::uint8_t family, std::uint8_t length, std::uint8_t flags = 0) {
  ifaddrmsg header{};
  header.ifa_family = family;
  header.ifa_prefixlen = length;
  header.ifa_flags = flags;
  header.ifa_index = 3;
  return header;
}

ndmsg neighbour_header(std::uint8_t family) {
  ndmsg header{};
  header.ndm_family = family;
  header.ndm_ifindex = 3;
  header.ndm_state = NUD_PERMANENT;
  return header;
}

rtmsg route_header(std::uint8_t family, std::uint8_t length) {
  rtmsg header{};
  header.rtm_family = family;
  header.rtm_dst_len = length;
  header.rtm_table = RT_TABLE_MAIN;
  header.rtm_protocol = 87;
  header.rtm_type = RTN_UNICAST;
  return header;
}

TEST(LinkRecord, ReadsAVxlanDevice) {
  const auto data = attribute(IFLA_VXLAN_ID, std::uint32_t{1}) + attribute(IFLA_VXLAN_PORT, hex("2118")) +
                    attribute(IFLA_VXLAN_LINK, 2) + attribute(IFLA_VXLAN_LOCAL, hex("c0000201")) +
                    attribute(IFLA_VXLAN_LEARNING, hex("01"));
  const auto body = raw(link_header(5, IFF_UP)) + text_attribute(IFLA_IFNAME, "weft.1") +
                    attribute(IFLA_MTU, std::uint32_t{1450}) + attribute(IFLA_ADDRESS, hex("0a5800000001")) +
                    attribute(IFLA_LINKINFO, text_attribute(IFLA_INFO_KIND, "vxlan") + attribute(IFLA_INFO_DATA, data));
  const LinkRecord expected{
      .index = 5,
      .name = "weft.1",
      .kind = "vxlan",
      .flags = IFF_UP,
      .mtu = 1450,
      .mac = MacAddress({0x0a, 0x58, 0, 0, 0, 1}),
      .vxlan = VxlanRecord{.vni = 1, .port = 8472, .lower = 2, .local = ip("192.0.2.1"), .learning = true}};
  EXPECT_EQ(parse_link(RawMessage(RTM_NEWLINK, body).view()), expected);
}

TEST(LinkRecord, DataOfAnotherKindIsNotReadAsVxlan) {
  const auto info = text_attribute(IFLA_INFO_KIND, "veth") + attribute(IFLA_INFO_DATA, attribute(IFLA_VXLAN_ID, 1));
  const auto body = raw(link_header(5, 0)) + attribute(IFLA_LINKINFO, info);
  EXPECT_FALSE(parse_link(RawMessage(RTM_NEWLINK, body).view())->vxlan);
}

TEST(LinkRecord, ABridgePortsMessageIsNotALink) {
  EXPECT_FALSE(parse_link(RawMessage(RTM_NEWLINK, raw(link_header(5, 0, AF_BRIDGE))).view()));
}

TEST(LinkRecord, AnInfinibandAddressIsNoMac) {
  const auto body = raw(link_header(5, 0)) + attribute(IFLA_ADDRESS, Bytes(20, std::byte{1}));
  EXPECT_EQ(parse_link(RawMessage(RTM_NEWLINK, body).view())->mac, MacAddress());
}

TEST(AddressRecord, LocalIsOursAndAddressThePeers) {
  const auto body = raw(address_header(AF_INET, 32)) + attribute(IFA_ADDRESS, hex("0a000002")) +
                    attribute(IFA_LOCAL, hex("0a000001"));
  EXPECT_EQ(parse_address(RawMessage(RTM_NEWADDR, body).view())->address, ip("10.0.0.1"));
}

TEST(AddressRecord, LongFlagsOverrideTheHeaders) {
  const auto body = raw(address_header(AF_INET6, 64, 0x80)) +
                    attribute(IFA_ADDRESS, hex("20010db8000000000000000000000001")) +
                    attribute(IFA_FLAGS, std::uint32_t{0x280});
  const auto record = parse_address(RawMessage(RTM_NEWADDR, body).view());
  ASSERT_TRUE(record);
  EXPECT_EQ(record->flags, 0x280U);
  EXPECT_EQ(record->address, ip("2001:db8::1"));
}

TEST(AddressRecord, ALengthBeyondTheFamilyIsRefused) {
  const auto body = raw(address_header(AF_INET, 33)) + attribute(IFA_LOCAL, hex("0a000001"));
  EXPECT_FALSE(parse_address(RawMessage(RTM_NEWADDR, body).view()));
}

TEST(NeighbourRecord, AnUnresolvedOneHasNoMac) {
  const auto body = raw(neighbour_header(AF_INET)) + attribute(NDA_DST, hex("0af40700"));
  const auto record = parse_neighbour(RawMessage(RTM_NEWNEIGH, body).view());
  ASSERT_TRUE(record);
  EXPECT_EQ(record->mac, MacAddress());
  EXPECT_EQ(record->address, ip("10.244.7.0"));
  EXPECT_FALSE(parse_fdb(RawMessage(RTM_NEWNEIGH, body).view()));
}

TEST(FdbRecord, AnEntryWithItsOwnPortIsSpecial) {
  const auto plain = raw(neighbour_header(AF_BRIDGE)) + attribute(NDA_LLADDR, hex("0a5800000701")) +
                     attribute(NDA_DST, hex("c0000207"));
  const auto record = parse_fdb(RawMessage(RTM_DELNEIGH, plain).view());
  ASSERT_TRUE(record);
  EXPECT_EQ(record->remote, ip("192.0.2.7"));
  EXPECT_FALSE(record->special);
  EXPECT_TRUE(parse_fdb(RawMessage(RTM_NEWNEIGH, plain + attribute(NDA_PORT, hex("12b5"))).view())->special);
  EXPECT_FALSE(parse_neighbour(RawMessage(RTM_NEWNEIGH, plain).view()));
}

TEST(RouteRecord, ReadsAPeersRoute) {
  auto header = route_header(AF_INET, 24);
  header.rtm_flags = RTNH_F_ONLINK;
  const auto body = raw(header) + attribute(RTA_DST, hex("0af40700")) + attribute(RTA_PRIORITY, 1007) +
                    attribute(RTA_GATEWAY, hex("0af40700")) + attribute(RTA_OIF, 5);
  const RouteRecord expected{.destination = IpPrefix::containing(ip("10.244.7.0"), 24),
                             .table = RT_TABLE_MAIN,
                             .protocol = 87,
                             .type = RTN_UNICAST,
                             .metric = 1007,
                             .hop = {.link = 5, .gateway = ip("10.244.7.0"), .onlink = true}};
  EXPECT_EQ(parse_route(RawMessage(RTM_NEWROUTE, body).view()), expected);
}

TEST(RouteRecord, WithoutADestinationItIsTheDefault) {
  const auto record = parse_route(RawMessage(RTM_NEWROUTE, raw(route_header(AF_INET6, 0))).view());
  ASSERT_TRUE(record);
  EXPECT_EQ(record->destination.to_string(), "::/0");
}

TEST(RouteRecord, ALargeTableNumberIsInItsAttribute) {
  auto header = route_header(AF_INET, 0);
  header.rtm_table = RT_TABLE_COMPAT;
  EXPECT_EQ(parse_route(RawMessage(RTM_NEWROUTE, raw(header) + attribute(RTA_TABLE, 1000)).view())->table, 1000U);
}

Bytes hop(int link, const Bytes& attributes, std::uint8_t flags = 0) {
  const rtnexthop head{.rtnh_len = static_cast<std::uint16_t>(sizeof(rtnexthop) + attributes.size()),
                       .rtnh_flags = flags,
                       .rtnh_hops = 0,
                       .rtnh_ifindex = link};
  return raw(head) + attributes;
}

TEST(RouteRecord, ReadsEveryHopOfAMultipathRoute) {
  const auto hops = hop(2, attribute(RTA_GATEWAY, hex("c0000201"))) + hop(3, {}, RTNH_F_ONLINK) +
                    hop(4, attribute(RTA_VIA, hex("0a00 20010db8000000000000000000000001")));
  const auto body = raw(route_header(AF_INET, 0)) + attribute(RTA_MULTIPATH, hops);
  const auto record = parse_route(RawMessage(RTM_NEWROUTE, body).view());
  ASSERT_TRUE(record);
  EXPECT_EQ(record->hop, (RouteHop{.link = 2, .gateway = ip("192.0.2.1")}));
  ASSERT_EQ(record->other_hops.size(), 2U);
  EXPECT_EQ(record->other_hops[0], (RouteHop{.link = 3, .onlink = true}));
  EXPECT_EQ(record->other_hops[1], (RouteHop{.link = 4, .gateway = ip("2001:db8::1")}));
}

TEST(RouteRecord, HopsThatDoNotFitAreLeftOut) {
  auto hops = hop(2, {}) + hop(3, {});
  hops[sizeof(rtnexthop)] = std::byte{200};  // the second one's length
  const auto body = raw(route_header(AF_INET, 0)) + attribute(RTA_MULTIPATH, hops);
  EXPECT_TRUE(parse_route(RawMessage(RTM_NEWROUTE, body).view())->other_hops.empty());
  const auto nothing = raw(route_header(AF_INET, 0)) + attribute(RTA_MULTIPATH, hex("0000"));
  EXPECT_FALSE(parse_route(RawMessage(RTM_NEWROUTE, nothing).view()));
}

TEST(RouteRecord, BadLengthsAndOtherFamiliesAreRefused) {
  EXPECT_FALSE(parse_route(RawMessage(RTM_NEWROUTE, raw(route_header(AF_INET, 33))).view()));
  EXPECT_FALSE(parse_route(RawMessage(RTM_NEWROUTE, raw(route_header(AF_MPLS, 20))).view()));
  const auto mixed = raw(route_header(AF_INET6, 24)) + attribute(RTA_DST, hex("0af40700"));
  EXPECT_FALSE(parse_route(RawMessage(RTM_NEWROUTE, mixed).view()));
}

TEST(Records, MessagesOfOtherTypesAreNone) {
  const RawMessage done(NLMSG_DONE, Bytes(64));
  EXPECT_FALSE(parse_link(done.view()));
  EXPECT_FALSE(parse_address(done.view()));
  EXPECT_FALSE(parse_neighbour(done.view()));
  EXPECT_FALSE(parse_fdb(done.view()));
  EXPECT_FALSE(parse_route(done.view()));
}

}  // namespace

}  // namespace weft::test
