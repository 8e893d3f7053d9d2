#include "backend/netlink/requests.h"

#include "test/unit/backend/netlink/netlink_builder.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <vector>

#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace weft::test {

namespace {

using namespace netlink;

MessageView view_of(const Message& message) {
  return MessageView(*reinterpret_cast<const nlmsghdr*>(message.bytes().data()));
}

IpAddress any_address() {
  const auto size = *rc::gen::element<std::size_t>(4, 16);
  return IpAddress::from_bytes(
      *rc::gen::container<std::vector<std::uint8_t>>(size, rc::gen::arbitrary<std::uint8_t>()));
}

MacAddress any_mac() {
  return MacAddress(*rc::gen::container<std::array<std::uint8_t, 6>>(rc::gen::arbitrary<std::uint8_t>()));
}

int any_link() { return *rc::gen::inRange(1, 1 << 30); }

unsigned any_length(const IpAddress& address) { return *rc::gen::inRange(0U, address_bits(address.family()) + 1); }

// What is written is what is read. A notification echoes a request's attributes, so one parser reads both.
RC_GTEST_PROP(Requests, NeighbourComesBack, ()) {
  const NeighbourRecord record{.link = any_link(), .address = any_address(), .mac = any_mac(), .state = NUD_REACHABLE};
  Message message;
  write_put(message, record);
  RC_ASSERT(parse_neighbour(view_of(message)) == record);
}

RC_GTEST_PROP(Requests, FdbEntryComesBack, ()) {
  const FdbRecord record{
      .link = any_link(), .mac = any_mac(), .remote = any_address(), .state = NUD_PERMANENT, .flags = NTF_SELF};
  Message message;
  write_put(message, record);
  RC_ASSERT(parse_fdb(view_of(message)) == record);
}

RC_GTEST_PROP(Requests, AddressComesBack, ()) {
  const auto address = any_address();
  AddressRecord record{.link = any_link(), .address = address, .length = any_length(address)};
  Message message;
  write_put(message, record);
  record.flags = address.is_v4() ? 0 : IFA_F_NODAD;
  RC_ASSERT(parse_address(view_of(message)) == record);
}

RC_GTEST_PROP(Requests, RouteComesBack, ()) {
  const auto address = any_address();
  RouteRecord record{.destination = IpPrefix::containing(address, any_length(address)),
                     .table = *rc::gen::element<std::uint32_t>(254, 1000),
                     .protocol = 87,
                     .type = RTN_UNICAST,
                     .metric = *rc::gen::arbitrary<std::uint32_t>(),
                     .hop = {.link = any_link(), .gateway = address, .onlink = *rc::gen::arbitrary<bool>()},
                     .mtu = *rc::gen::arbitrary<std::uint32_t>()};
  Message message;
  write_put(message, record);
  RC_ASSERT(parse_route(view_of(message)) == record);
}

TEST(Requests, PutsCreateOrReplace) {
  Message message;
  write_put(message, RouteRecord{.hop = {.link = 5}});
  EXPECT_EQ(view_of(message).flags(), NLM_F_REQUEST | NLM_F_CREATE | NLM_F_REPLACE);
  write_put(message, NeighbourRecord{.link = 5});
  EXPECT_EQ(view_of(message).flags(), NLM_F_REQUEST | NLM_F_CREATE | NLM_F_REPLACE);
}

TEST(Requests, ARouteIsRemovedWhateverItsScope) {
  Message message;
  write_remove(message, RouteRecord{.hop = {.link = 5}});
  EXPECT_EQ(view_of(message).type(), RTM_DELROUTE);
  EXPECT_EQ(view_of(message).header<rtmsg>()->rtm_scope, RT_SCOPE_NOWHERE);
  EXPECT_EQ(view_of(message).header<rtmsg>()->rtm_type, RTN_UNSPEC);
}

TEST(Requests, AnEntryIsRemovedWithAllItsRemotes) {
  Message message;
  write_remove(message, FdbRecord{.link = 5});
  EXPECT_FALSE(view_of(message).attributes<ndmsg>().has(NDA_DST));
}

}  // namespace

}  // namespace weft::test
