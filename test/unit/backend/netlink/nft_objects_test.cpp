#include "backend/netlink/nft_objects.h"

#include "backend/netlink/nft_rule.h"
#include "test/unit/backend/netlink/netlink_builder.h"

#include <gtest/gtest.h>

#include <array>

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

namespace weft::test {
namespace {

using namespace netlink;
using nft::DataType;

constexpr std::uint16_t kNested = NLA_F_NESTED;
constexpr std::uint16_t kCreate = NLM_F_REQUEST | NLM_F_CREATE;

constexpr std::uint16_t nft_type(int message) {
  return static_cast<std::uint16_t>((NFNL_SUBSYS_NFTABLES << 8) | message);
}

Bytes bytes_of(const Message& message) { return {message.bytes().begin(), message.bytes().end()}; }

Bytes inet(const Bytes& attributes) { return hex("01 00 00 00") + attributes; }

TEST(NftObjects, Table) {
  Message message;
  nft::write_add_table(message, "weft");
  EXPECT_EQ(bytes_of(message),
            RawMessage(nft_type(NFT_MSG_NEWTABLE), inet(text_attribute(NFTA_TABLE_NAME, "weft")), kCreate).bytes());
  nft::write_delete_table(message, "weft");
  EXPECT_EQ(
      bytes_of(message),
      RawMessage(nft_type(NFT_MSG_DELTABLE), inet(text_attribute(NFTA_TABLE_NAME, "weft")), NLM_F_REQUEST).bytes());
}

TEST(NftObjects, BaseChain) {
  Message message;
  nft::write_add_chain(message, {"t", "raw", nft::Hook{"filter", nft::HookPoint::prerouting, -300}});
  const Bytes hook =
      attribute(NFTA_HOOK_HOOKNUM, hex("00 00 00 00")) + attribute(NFTA_HOOK_PRIORITY, hex("ff ff fe d4"));
  const Bytes attributes = text_attribute(NFTA_CHAIN_TABLE, "t") + text_attribute(NFTA_CHAIN_NAME, "raw") +
                           attribute(kNested | NFTA_CHAIN_HOOK, hook) + text_attribute(NFTA_CHAIN_TYPE, "filter");
  EXPECT_EQ(bytes_of(message), RawMessage(nft_type(NFT_MSG_NEWCHAIN), inet(attributes), kCreate).bytes());
}

TEST(NftObjects, MapWithConcatenations) {
  Message message;
  nft::write_add_set(message, {"t",
                               "m",
                               7,
                               {DataType::ipv6_addr, DataType::inet_proto, DataType::inet_service},
                               {DataType::ipv4_addr, DataType::inet_service}});
  const Bytes attributes = text_attribute(NFTA_SET_TABLE, "t") + text_attribute(NFTA_SET_NAME, "m") +
                           attribute(NFTA_SET_ID, hex("00 00 00 07")) +
                           attribute(NFTA_SET_KEY_TYPE, hex("00 00 83 0d")) +  // 8, 12, 13 in six bits each
                           attribute(NFTA_SET_KEY_LEN, hex("00 00 00 18")) +   // 16 + 4 + 4
                           attribute(NFTA_SET_FLAGS, hex("00 00 00 08")) +     // NFT_SET_MAP
                           attribute(NFTA_SET_DATA_TYPE, hex("00 00 01 cd")) +
                           attribute(NFTA_SET_DATA_LEN, hex("00 00 00 08"));
  EXPECT_EQ(bytes_of(message), RawMessage(nft_type(NFT_MSG_NEWSET), inet(attributes), kCreate).bytes());
}

TEST(NftObjects, ASingleTypeIsNotPadded) {
  EXPECT_EQ(nft::data_length({DataType::inet_service}), 2U);
  EXPECT_EQ(nft::data_length({DataType::inet_service, DataType::inet_proto}), 8U);
}

// Each expression is a list element with its name and its data.
Bytes expression(std::string_view name, const Bytes& data) {
  return attribute(kNested | NFTA_LIST_ELEM,
                   text_attribute(NFTA_EXPR_NAME, name) + attribute(kNested | NFTA_EXPR_DATA, data));
}

Bytes rule(const Bytes& expressions) {
  const Bytes attributes = text_attribute(NFTA_RULE_TABLE, "t") + text_attribute(NFTA_RULE_CHAIN, "c") +
                           attribute(kNested | NFTA_RULE_EXPRESSIONS, expressions);
  return RawMessage(nft_type(NFT_MSG_NEWRULE), inet(attributes), kCreate | NLM_F_APPEND).bytes();
}

TEST(NftRule, TestsAndVerdicts) {
  Message message;
  nft::RuleWriter(message, "t", "c").load_meta(NFT_META_IIFNAME, 0).equals(0, "wp").jump("next");
  const Bytes verdict = attribute(NFTA_VERDICT_CODE, hex("ff ff ff fd")) + text_attribute(NFTA_VERDICT_CHAIN, "next");
  EXPECT_EQ(
      bytes_of(message),
      rule(expression("meta",
                      attribute(NFTA_META_DREG, hex("00 00 00 08")) + attribute(NFTA_META_KEY, hex("00 00 00 06"))) +
           expression("cmp", attribute(NFTA_CMP_SREG, hex("00 00 00 08")) + attribute(NFTA_CMP_OP, hex("00 00 00 00")) +
                                 attribute(kNested | NFTA_CMP_DATA, attribute(NFTA_DATA_VALUE, hex("77 70")))) +
           expression("immediate",
                      attribute(NFTA_IMMEDIATE_DREG, hex("00 00 00 00")) +
                          attribute(kNested | NFTA_IMMEDIATE_DATA, attribute(kNested | NFTA_DATA_VERDICT, verdict)))));
}

TEST(NftRule, MapToDestination) {
  Message message;
  nft::RuleWriter(message, "t", "c").load_transport(2, 2, 1).map("ports", 0, 0).destination_nat(Family::v6, 0, 4);
  EXPECT_EQ(bytes_of(message), rule(expression("payload", attribute(NFTA_PAYLOAD_DREG, hex("00 00 00 09")) +
                                                              attribute(NFTA_PAYLOAD_BASE, hex("00 00 00 02")) +
                                                              attribute(NFTA_PAYLOAD_OFFSET, hex("00 00 00 02")) +
                                                              attribute(NFTA_PAYLOAD_LEN, hex("00 00 00 02"))) +
                                    expression("lookup", text_attribute(NFTA_LOOKUP_SET, "ports") +
                                                             attribute(NFTA_LOOKUP_SREG, hex("00 00 00 08")) +
                                                             attribute(NFTA_LOOKUP_DREG, hex("00 00 00 08"))) +
                                    expression("nat", attribute(NFTA_NAT_TYPE, hex("00 00 00 01")) +
                                                          attribute(NFTA_NAT_FAMILY, hex("00 00 00 0a")) +
                                                          attribute(NFTA_NAT_REG_ADDR_MIN, hex("00 00 00 08")) +
                                                          attribute(NFTA_NAT_REG_PROTO_MIN, hex("00 00 00 0c")))));
}

TEST(NftRule, CountedDrop) {
  Message message;
  nft::RuleWriter(message, "t", "c").load_fib(NFT_FIB_RESULT_OIF, NFTA_FIB_F_SADDR, 0).count("n").drop();
  EXPECT_EQ(bytes_of(message),
            rule(expression("fib", attribute(NFTA_FIB_DREG, hex("00 00 00 08")) +
                                       attribute(NFTA_FIB_RESULT, hex("00 00 00 01")) +
                                       attribute(NFTA_FIB_FLAGS, hex("00 00 00 01"))) +
                 expression("objref", attribute(NFTA_OBJREF_IMM_TYPE, hex("00 00 00 01")) +
                                          text_attribute(NFTA_OBJREF_IMM_NAME, "n")) +
                 expression("immediate", attribute(NFTA_IMMEDIATE_DREG, hex("00 00 00 00")) +
                                             attribute(kNested | NFTA_IMMEDIATE_DATA,
                                                       attribute(kNested | NFTA_DATA_VERDICT,
                                                                 attribute(NFTA_VERDICT_CODE, hex("00 00 00 00")))))));
}

}  // namespace
}  // namespace weft::test
