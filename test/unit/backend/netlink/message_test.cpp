#include "backend/netlink/message.h"

#include "backend/netlink/message_view.h"
#include "test/unit/backend/netlink/netlink_builder.h"

#include <gtest/gtest.h>

#include <string>

#include <linux/rtnetlink.h>

namespace weft::test {

namespace {

using netlink::Message;

Bytes bytes_of(const Message& message) { return {message.bytes().begin(), message.bytes().end()}; }

// nlmsghdr of a NEWNEIGH request, then an empty ndmsg.
Bytes head(std::string_view length) { return hex(length) + hex("1c 00 01 00 00000000 00000000") + Bytes(12); }

TEST(Message, BytesAreTheKernels) {
  Message message;
  message.start(RTM_NEWNEIGH, 0, ndmsg{});
  message.put_u8(1, 0xab).put_u16(2, 0x0102).put_be16(3, 8472).put_u32(4, 7).put_string(5, "lo").put_flag(6);
  EXPECT_EQ(bytes_of(message), head("48000000") + hex("0500 0100 ab 000000") + hex("0600 0200 0201 0000") +
                                   hex("0600 0300 2118 0000") + hex("0800 0400 07000000") + hex("0700 0500 6c6f00 00") +
                                   hex("0400 0600"));
}

TEST(Message, AddressesAreInNetworkOrder) {
  Message message;
  message.start(RTM_NEWNEIGH, 0, ndmsg{});
  message.put_address(NDA_DST, IpAddress::from_v4(0x0af40700)).put_mac(NDA_LLADDR, MacAddress({10, 88, 0, 0, 7, 1}));
  EXPECT_EQ(bytes_of(message), head("30000000") + hex("0800 0100 0af40700") + hex("0a00 0200 0a5800000701 0000"));
}

TEST(Message, NestsCloseAtTheEndOfTheirScope) {
  Message message;
  message.start(RTM_NEWNEIGH, 0, ndmsg{});
  {
    const auto outer = message.nest(1);
    message.put_u8(2, 1);
    const auto inner = message.nest(3);
  }
  message.put_u8(4, 2);
  const netlink::Attributes attributes(message.bytes().subspan(NLMSG_HDRLEN + sizeof(ndmsg)));
  EXPECT_EQ(attributes.nested(1).u8(2), 1);
  EXPECT_TRUE(attributes.nested(1).has(3));  // empty nests are kept
  EXPECT_FALSE(attributes.nested(1).has(4));
  EXPECT_EQ(attributes.u8(4), 2);
}

TEST(Message, StartDropsWhatWasThere) {
  Message message;
  message.start(RTM_NEWNEIGH, NLM_F_CREATE, ndmsg{}).put_string(1, "something longer");
  message.start(RTM_NEWNEIGH, 0, ndmsg{});
  EXPECT_EQ(bytes_of(message), head("1c000000"));
}

TEST(MessageDeathTest, OutgrowingTheBufferIsAProgrammingMistake) {
  Message message;
  message.start(RTM_NEWNEIGH, 0, ndmsg{});
  EXPECT_DEATH(message.put_string(1, std::string(5000, 'x')), "");
}

}  // namespace

}  // namespace weft::test
