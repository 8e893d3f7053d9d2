// Our nf_tables messages against the real kernel, read back by the nft tool: what it lists is what was meant.
#include "backend/netlink/nft_elements.h"
#include "backend/netlink/nft_objects.h"
#include "backend/netlink/nft_rule.h"
#include "backend/netlink/nft_transaction.h"
#include "backend/netlink/socket.h"
#include "test/support/literals.h"
#include "test/support/namespace.h"
#include "test/support/nft_tool.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>

#include <linux/netlink.h>

namespace weft::test {
namespace {

using namespace netlink;
using nft::DataType;
using nft::Element;
using nft::Tuple;

constexpr std::uint8_t kTcp = 6;

class NftEncoderTest : public ::testing::Test {
 protected:
  void add(const Message& message) { transaction_.add(message); }
  void add_table() {
    nft::write_add_table(message_, "t");
    add(message_);
  }
  void add_map() {
    nft::write_add_set(
        message_,
        {"t", "m", 1, {DataType::inet_proto, DataType::inet_service}, {DataType::ipv4_addr, DataType::inet_service}});
    add(message_);
  }
  void add_element(const Element& element) {
    nft::write_add_elements(message_, "t", "m", std::span(&element, 1));
    add(message_);
  }
  std::vector<Result<>> commit() {
    auto results = socket_.commit(transaction_);
    transaction_ = nft::Transaction();
    return results;
  }
  void expect_done() {
    const auto done = nft::first_fault(commit());
    ASSERT_TRUE(done) << done.error().message;
  }
  std::vector<Element> elements() {
    nft::write_dump_elements(message_, "t", "m");
    std::vector<Element> all;
    const auto parse = [](MessageView view) { return std::optional(nft::parse_elements(view)); };
    const auto answers = socket_.dump(message_, parse).value();
    for (const auto& some : answers) all.insert(all.end(), some.begin(), some.end());
    return all;
  }

  static Element port(std::uint16_t number, std::string_view address) {
    return {Tuple().add_protocol(kTcp).add_port(number), Tuple().add(ip(address)).add_port(8080), ""};
  }

  struct Network {
    Network() { new_network(); }
  } network_;
  Socket socket_ = Socket::open(NETLINK_NETFILTER).value();
  nft::Transaction transaction_;
  Message message_;
};

TEST_F(NftEncoderTest, SetsAndElementsAreWhatNftWouldMake) {
  add_table();
  add_map();
  nft::write_add_set(message_, {"t", "pairs", 2, {DataType::ipv6_addr, DataType::ipv6_addr}, {}});
  add(message_);
  Element element = port(80, "10.0.0.1");
  element.comment = "default/web";
  add_element(element);
  const Element pair{Tuple().add(ip("fd00::1")).add(ip("fd00::2")), {}, {}};
  nft::write_add_elements(message_, "t", "pairs", std::span(&pair, 1));
  add(message_);
  expect_done();
  EXPECT_EQ(nft_list("table inet t"),
            "table inet t {\n"
            "\tmap m {\n"
            "\t\ttype inet_proto . inet_service : ipv4_addr . inet_service\n"
            "\t\telements = { tcp . 80 comment \"default/web\" : 10.0.0.1 . 8080 }\n"
            "\t}\n\n"
            "\tset pairs {\n"
            "\t\ttype ipv6_addr . ipv6_addr\n"
            "\t\telements = { fd00::1 . fd00::2 }\n"
            "\t}\n"
            "}\n");
}

TEST_F(NftEncoderTest, RulesAreWhatNftWouldMake) {
  add_table();
  add_map();
  nft::write_add_counter(message_, "t", "dropped");
  add(message_);
  nft::write_add_chain(message_, {"t", "sub", {}});
  add(message_);
  nft::write_add_chain(message_, {"t", "pre", nft::Hook{"nat", nft::HookPoint::prerouting, -90}});
  add(message_);
  nft::write_add_chain(message_, {"t", "raw", nft::Hook{"filter", nft::HookPoint::prerouting, -300}});
  add(message_);
  nft::RuleWriter(message_, "t", "sub")
      .load_meta(NFT_META_L4PROTO, 0)
      .load_transport(2, 2, 1)
      .map("m", 0, 0)
      .destination_nat(Family::v4, 0, 1);
  add(message_);
  nft::RuleWriter(message_, "t", "pre")
      .load_fib(NFT_FIB_RESULT_ADDRTYPE, NFTA_FIB_F_DADDR, 0)
      .equals_u32(0, 2)
      .jump("sub");
  add(message_);
  nft::RuleWriter(message_, "t", "raw")
      .load_meta(NFT_META_IIFNAME, 0)
      .equals(0, "wp")
      .load_fib(NFT_FIB_RESULT_OIF, NFTA_FIB_F_SADDR | NFTA_FIB_F_IIF, 0)
      .equals_u32(0, 0)
      .count("dropped")
      .drop();
  add(message_);
  expect_done();
  EXPECT_EQ(nft_list("chain inet t sub"),
            "table inet t {\n\tchain sub {\n"
            "\t\tdnat ip to meta l4proto . th dport map @m\n"
            "\t}\n}\n");
  EXPECT_EQ(nft_list("chain inet t pre"),
            "table inet t {\n\tchain pre {\n"
            "\t\ttype nat hook prerouting priority dstnat + 10; policy accept;\n"
            "\t\tfib daddr type local jump sub\n"
            "\t}\n}\n");
  EXPECT_EQ(nft_list("chain inet t raw"),
            "table inet t {\n\tchain raw {\n"
            "\t\ttype filter hook prerouting priority raw; policy accept;\n"
            "\t\tiifname \"wp*\" fib saddr . iif oif 0 counter name \"dropped\" drop\n"
            "\t}\n}\n");
}

TEST_F(NftEncoderTest, ElementsComeBack) {
  add_table();
  add_map();
  const std::vector wanted = {port(80, "10.0.0.1"), port(81, "10.0.0.2")};
  nft::write_add_elements(message_, "t", "m", wanted);
  add(message_);
  expect_done();
  nft::write_get_element(message_, "t", "m", wanted[1].key);
  const auto reply = socket_.get(message_);
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(nft::parse_elements(reply->view()), std::vector{wanted[1]});
  nft::write_get_element(message_, "t", "m", port(82, "10.0.0.1").key);
  EXPECT_EQ(socket_.get(message_).error().code, ENOENT);
  EXPECT_EQ(elements().size(), 2U);
}

TEST_F(NftEncoderTest, AddingTwiceIsAddingOnceUnlessTheDataDiffers) {
  add_table();
  add_map();
  add_element(port(80, "10.0.0.1"));
  expect_done();
  add_element(port(80, "10.0.0.1"));
  expect_done();
  add_element(port(79, "10.0.0.9"));
  add_element(port(80, "10.0.0.2"));
  add_element(port(81, "10.0.0.9"));
  const auto results = commit();
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].error().code, ECANCELED);
  EXPECT_TRUE(results[1].error().code == EEXIST || results[1].error().code == EBUSY) << results[1].error().message;
  EXPECT_EQ(results[2].error().code, ECANCELED);
  EXPECT_EQ(elements(), std::vector{port(80, "10.0.0.1")}) << "all or nothing";
}

TEST_F(NftEncoderTest, ATransactionMayReplaceAnElement) {
  add_table();
  add_map();
  add_element(port(80, "10.0.0.1"));
  expect_done();
  const Element old = port(80, "10.0.0.1");
  nft::write_delete_elements(message_, "t", "m", std::span(&old, 1));
  add(message_);
  add_element(port(80, "10.0.0.2"));
  expect_done();
  EXPECT_EQ(elements(), std::vector{port(80, "10.0.0.2")});
}

TEST_F(NftEncoderTest, ATableIsReplacedInOneTransaction) {
  for (int round = 0; round < 2; ++round) {
    add_table();
    nft::write_delete_table(message_, "t");
    add(message_);
    add_table();
    add_map();
    add_element(port(80, "10.0.0.1"));
    expect_done();
  }
  EXPECT_EQ(elements().size(), 1U);
}

TEST_F(NftEncoderTest, ALargeTransactionGoesInOnePiece) {
  add_table();
  add_map();
  std::vector<Element> chunk;
  constexpr std::uint16_t kCount = 1500;  // more than a socket's buffer takes by default
  for (std::uint16_t number = 0; number < kCount; ++number) {
    chunk.push_back(port(number, "10.0.0.1"));
    chunk.back().comment = std::string(nft::kMaxCommentBytes, 'x');
    if (chunk.size() < nft::kElementsPerMessage && number + 1 < kCount) continue;
    nft::write_add_elements(message_, "t", "m", chunk);
    add(message_);
    chunk.clear();
  }
  expect_done();
  EXPECT_EQ(elements().size(), kCount);
}

TEST_F(NftEncoderTest, WhatIsNotThereIsNamed) {
  nft::write_get_chain(message_, "t", "c");
  EXPECT_EQ(socket_.get(message_).error().code, ENOENT);
  nft::write_delete_table(message_, "t");
  add(message_);
  EXPECT_EQ(nft::first_fault(commit()).error().code, ENOENT);
}

TEST_F(NftEncoderTest, RulesAreListedWithTheirChains) {
  add_table();
  nft::write_add_chain(message_, {"t", "c", {}});
  add(message_);
  nft::RuleWriter(message_, "t", "c").drop();
  add(message_);
  expect_done();
  nft::write_dump_rules(message_, "t");
  EXPECT_EQ(socket_.dump(message_, nft::parse_rule_chain).value(), std::vector<std::string>{"c"});
}

}  // namespace
}  // namespace weft::test
