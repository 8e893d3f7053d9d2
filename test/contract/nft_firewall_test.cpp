// nf_tables behind the Firewall port.
#include "backend/nft_firewall.h"

#include "test/support/namespace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

namespace weft::test {

namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kScript = R"(
table inet weft {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr 10.244.0.0/16 ip daddr != 10.244.0.0/16 counter masquerade fully-random
  }
}
)";

class NftFirewallTest : public ::testing::Test {
 protected:
  void SetUp() override {
    new_network();
    ours_.emplace(open());
  }
  static NftFirewall open() {
    auto opened = NftFirewall::open();
    EXPECT_TRUE(opened) << opened.error().message;
    return *std::move(opened);
  }
  // What somebody else does.
  static void run_nft(const std::string& commands) {
    const std::string command = "nft '" + commands + "'";
    ASSERT_EQ(std::system(command.c_str()), 0) << commands;
  }

  std::optional<NftFirewall> ours_;
};

TEST_F(NftFirewallTest, ListsWhatItReplaced) {
  ASSERT_TRUE(ours_->replace(kScript));
  const auto text = ours_->list();
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("ip daddr != 10.244.0.0/16"));
  EXPECT_THAT(*text, Not(HasSubstr("packets")));
}

TEST_F(NftFirewallTest, NoTableListsAsNothing) {
  EXPECT_EQ(ours_->list(), std::string());
  run_nft("add table inet weft2");
  EXPECT_EQ(ours_->list(), std::string());
}

TEST_F(NftFirewallTest, ReplaceLeavesNothingOfTheOldTable) {
  ASSERT_TRUE(ours_->replace("add table inet weft\nadd chain inet weft old\n"));
  ASSERT_TRUE(ours_->replace(kScript));
  EXPECT_THAT(*ours_->list(), Not(HasSubstr("old")));
}

TEST_F(NftFirewallTest, ABadScriptChangesNothing) {
  ASSERT_TRUE(ours_->replace(kScript));
  const auto before = *ours_->list();
  const auto done = ours_->replace("add table inet weft\nadd nonsense\n");
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("syntax error"));
  EXPECT_EQ(*ours_->list(), before);
}

TEST_F(NftFirewallTest, AKernelErrorChangesNothing) {
  ASSERT_TRUE(ours_->replace(kScript));
  const auto before = *ours_->list();
  // The parser accepts it; the kernel does not know the chain that is jumped to.
  const auto done = ours_->replace("add table inet weft\nadd chain inet weft c\nadd rule inet weft c jump missing\n");
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("missing"));
  EXPECT_EQ(*ours_->list(), before);
}

TEST_F(NftFirewallTest, RemoveIsDoneOnceAndAgain) {
  ASSERT_TRUE(ours_->replace(kScript));
  ASSERT_TRUE(ours_->remove());
  ASSERT_TRUE(ours_->remove());
  EXPECT_EQ(ours_->list(), std::string());
}

TEST_F(NftFirewallTest, OtherTablesAreNotTouched) {
  run_nft("add table inet other; add chain inet other c; add table ip weft; add chain ip weft c");
  ASSERT_TRUE(ours_->replace(kScript));
  ASSERT_TRUE(ours_->remove());
  run_nft("list chain inet other c");
  run_nft("list chain ip weft c");
}

TEST_F(NftFirewallTest, IntactUntilSomebodyChangesOurTable) {
  EXPECT_EQ(ours_->intact(), false);
  ASSERT_TRUE(ours_->replace(kScript));
  EXPECT_EQ(ours_->intact(), true);
  run_nft("add table inet other");
  EXPECT_EQ(ours_->intact(), true);
  run_nft("add rule inet weft postrouting accept");
  EXPECT_EQ(ours_->intact(), false);
  ASSERT_TRUE(ours_->replace(kScript));
  EXPECT_EQ(ours_->intact(), true);
  run_nft("flush ruleset");
  EXPECT_EQ(ours_->intact(), false);
}

}  // namespace

}  // namespace weft::test
