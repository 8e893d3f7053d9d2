#include "backend/netlink/message_view.h"

#include "backend/netlink/records.h"
#include "test/unit/backend/netlink/netlink_builder.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>

#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace weft::test {

namespace {

using netlink::Attributes;
using netlink::MessageReader;

TEST(Attributes, TooShortForTheTypeReadsAsMissing) {
  const auto bytes = attribute(1, hex("01 02 03"));
  const Attributes attributes(bytes);
  EXPECT_TRUE(attributes.has(1));
  EXPECT_EQ(attributes.u16(1), 0x0201);
  EXPECT_EQ(attributes.u32(1), std::nullopt);
  EXPECT_EQ(attributes.mac(1), std::nullopt);
  EXPECT_EQ(attributes.address(1), std::nullopt);
  EXPECT_EQ(attributes.u8(2), std::nullopt);
}

TEST(Attributes, AStringEndsAtItsNulOrItsLength) {
  const auto bytes = attribute(1, hex("6c6f 00 78")) + attribute(2, hex("6c6f"));
  EXPECT_EQ(Attributes(bytes).string(1), "lo");
  EXPECT_EQ(Attributes(bytes).string(2), "lo");
  EXPECT_EQ(Attributes(bytes).string(3), "");
}

TEST(Attributes, FlagsInTheTypeAreIgnored) {
  const auto bytes = attribute(1 | NLA_F_NESTED, attribute(2, std::uint32_t{5}));
  EXPECT_EQ(Attributes(bytes).nested(1).u32(2), 5U);
}

TEST(Attributes, UnknownTypesAndALengthThatLiesAreSkipped) {
  const auto bytes = attribute(0x3fff, hex("01")) + attribute(1, hex("07")) + hex("ff00 0200 00");
  const Attributes attributes(bytes);
  EXPECT_EQ(attributes.u8(1), 7);
  EXPECT_FALSE(attributes.has(2));
  EXPECT_FALSE(attributes.has(0x3fff));
}

TEST(MessageReader, StopsAtAMessageThatDoesNotFit) {
  const auto one = RawMessage(RTM_NEWLINK, Bytes(16)).bytes();
  Bytes datagram = one + one;
  datagram.pop_back();
  MessageReader reader(datagram);
  EXPECT_TRUE(reader.next());
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(MessageReader(hex("0f000000 0000 0000 00000000 00000000")).next());  // shorter than its header
}

// Whatever the bytes: reading ends and stays inside (run with the address sanitizer).
RC_GTEST_PROP(MessageReader, AnyBytesAreHarmless, (std::vector<std::uint8_t> noise)) {
  const auto type = *rc::gen::element<std::uint16_t>(RTM_NEWLINK, RTM_NEWADDR, RTM_NEWROUTE, RTM_NEWNEIGH);
  const auto family = *rc::gen::element<std::uint8_t>(AF_UNSPEC, AF_INET, AF_INET6, AF_BRIDGE);
  if (!noise.empty()) noise[0] = family;
  const RawMessage message(type, raw_bytes(noise.data(), noise.size()));
  MessageReader reader(message.bytes());
  const auto view = reader.next();
  RC_ASSERT(view.has_value());
  (void)netlink::parse_link(*view);
  (void)netlink::parse_address(*view);
  (void)netlink::parse_neighbour(*view);
  (void)netlink::parse_fdb(*view);
  (void)netlink::parse_route(*view);
  MessageReader noise_reader(std::as_bytes(std::span(noise)));
  for (int i = 0; i < 100 && noise_reader.next(); ++i) {
  }
  RC_ASSERT(!noise_reader.next().has_value() || noise.size() > 1600);
}

}  // namespace

}  // namespace weft::test
