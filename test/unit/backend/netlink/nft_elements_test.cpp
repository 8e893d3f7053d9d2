#include "backend/netlink/nft_elements.h"

#include "test/unit/backend/netlink/netlink_builder.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

namespace weft::test {
namespace {

using namespace netlink;

constexpr std::uint16_t kNewElements = (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWSETELEM;
constexpr std::uint16_t kNested = NLA_F_NESTED;

Bytes bytes_of(const nft::Tuple& tuple) { return {tuple.bytes().begin(), tuple.bytes().end()}; }

Bytes bytes_of(const Message& message) { return {message.bytes().begin(), message.bytes().end()}; }

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

MessageView view_of(const Message& message) {
  return MessageView(*reinterpret_cast<const nlmsghdr*>(message.bytes().data()));
}

TEST(NftTuple, PadsEachPartToFourBytes) {
  EXPECT_EQ(bytes_of(nft::Tuple().add_protocol(6).add_port(8080)), hex("06 00 00 00  1f 90 00 00"));
  EXPECT_EQ(bytes_of(nft::Tuple().add(ip("192.0.2.1")).add_protocol(17).add_port(53)),
            hex("c0 00 02 01  11 00 00 00  00 35 00 00"));
  EXPECT_EQ(bytes_of(nft::Tuple().add(ip("2001:db8::1")).add_port(80)),
            hex("20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01  00 50 00 00"));
}

TEST(NftElements, AddIsEncodedAsTheKernelWantsIt) {
  const nft::Element element{nft::Tuple().add_protocol(6).add_port(80), nft::Tuple().add(ip("10.0.0.1")).add_port(8080),
                             "ns/a"};
  Message message;
  nft::write_add_elements(message, "t", "m", std::span(&element, 1));
  const Bytes key = attribute(kNested | NFTA_SET_ELEM_KEY, attribute(NFTA_DATA_VALUE, hex("06 00 00 00 00 50 00 00")));
  const Bytes data =
      attribute(kNested | NFTA_SET_ELEM_DATA, attribute(NFTA_DATA_VALUE, hex("0a 00 00 01 1f 90 00 00")));
  const Bytes comment = attribute(NFTA_SET_ELEM_USERDATA, hex("00 05 6e 73 2f 61 00"));
  const Bytes list =
      attribute(kNested | NFTA_SET_ELEM_LIST_ELEMENTS, attribute(kNested | NFTA_LIST_ELEM, key + data + comment));
  const Bytes body = hex("01 00 00 00") + text_attribute(NFTA_SET_ELEM_LIST_TABLE, "t") +
                     text_attribute(NFTA_SET_ELEM_LIST_SET, "m") + list;
  EXPECT_EQ(bytes_of(message), RawMessage(kNewElements, body, NLM_F_REQUEST | NLM_F_CREATE).bytes());
}

TEST(NftElements, DeleteNamesKeysOnly) {
  const nft::Element element{nft::Tuple().add_protocol(6).add_port(80), nft::Tuple().add(ip("10.0.0.1")).add_port(8080),
                             "comment"};
  Message message;
  nft::write_delete_elements(message, "t", "m", std::span(&element, 1));
  const auto parsed =
      view_of(message).attributes<nfgenmsg>().nested(NFTA_SET_ELEM_LIST_ELEMENTS).nested(NFTA_LIST_ELEM);
  EXPECT_EQ(view_of(message).type(), (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_DELSETELEM);
  EXPECT_TRUE(parsed.has(NFTA_SET_ELEM_KEY));
  EXPECT_FALSE(parsed.has(NFTA_SET_ELEM_DATA));
  EXPECT_FALSE(parsed.has(NFTA_SET_ELEM_USERDATA));
}

TEST(NftElements, AFullMessageFits) {
  const nft::Element largest{nft::Tuple().add(ip("2001:db8::1")).add(ip("2001:db8::2")).add(ip("2001:db8::3")),
                             nft::Tuple().add(ip("2001:db8::1")).add(ip("2001:db8::2")).add(ip("2001:db8::3")),
                             std::string(1000, 'x')};
  const std::vector elements(nft::kElementsPerMessage, largest);
  Message message;
  nft::write_add_elements(message, std::string(255, 't'), std::string(255, 's'), elements);
  EXPECT_LE(message.bytes().size(), 4096U);
}

nft::Tuple any_tuple() {
  nft::Tuple tuple;
  const auto address = *rc::gen::container<std::vector<std::uint8_t>>(*rc::gen::element<std::size_t>(4, 16),
                                                                      rc::gen::arbitrary<std::uint8_t>());
  tuple.add(IpAddress::from_bytes(address)).add_protocol(*rc::gen::arbitrary<std::uint8_t>());
  return tuple.add_port(*rc::gen::arbitrary<std::uint16_t>());
}

RC_GTEST_PROP(NftElements, ComeBack, ()) {
  std::vector<nft::Element> elements(*rc::gen::inRange<std::size_t>(0, nft::kElementsPerMessage + 1));
  for (auto& element : elements) element = {any_tuple(), *rc::gen::arbitrary<bool>() ? any_tuple() : nft::Tuple(), ""};
  Message message;
  nft::write_add_elements(message, "table", "map", elements);
  RC_ASSERT(nft::parse_elements(view_of(message)) == elements);
}

TEST(NftElements, AnswersOfOtherKindsHaveNone) {
  const RawMessage other(NLMSG_DONE, hex("00 00 00 00"));
  EXPECT_TRUE(nft::parse_elements(other.view()).empty());
  const RawMessage empty(kNewElements, {});
  EXPECT_TRUE(nft::parse_elements(empty.view()).empty());
}

}  // namespace
}  // namespace weft::test
