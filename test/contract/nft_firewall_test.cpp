// nf_tables behind the Firewall port.
#include "test/contract/nft_fixture.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>

namespace weft::test {

namespace {

using testing::HasSubstr;
using testing::Not;

using NftFirewallTest = NftFixture;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

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
  run_nft("add table inet other\nadd chain inet other c\nadd table ip weft\nadd chain ip weft c");
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

TEST_F(NftFirewallTest, WhatOthersHaveIsNotRead) {
  const auto peak = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;  // KiB
  };
  ASSERT_TRUE(ours_->replace(kScript));
  const auto before = peak();
  add_services(2000);
  EXPECT_EQ(ours_->intact(), true);
  EXPECT_TRUE(ours_->replace(kScript));
  const auto allowed = kSanitized ? std::numeric_limits<long>::max() : before + 3000;  // they keep what is freed
  EXPECT_LT(peak(), allowed);                                                          // all of it would be 8 MB
}

TEST_F(NftFirewallTest, TellsWhoseForwardChainsDrop) {
  ASSERT_TRUE(ours_->replace(kScript));
  EXPECT_EQ(ours_->dropping_forward_chains(), std::vector<std::string>());
  run_nft(R"(
    add table ip filter; add table inet fw; add table ip6 filter; add table ip other; add table bridge filter
    add chain ip filter FORWARD { type filter hook forward priority filter; policy drop; }
    add chain inet fw fence { type filter hook forward priority 10; policy drop; }
    add chain ip6 filter FORWARD { type filter hook forward priority filter; policy accept; }
    add chain ip other INPUT { type filter hook input priority filter; policy drop; }
    add chain ip other FORWARD
    add rule ip other FORWARD counter drop
    add chain bridge filter FORWARD { type filter hook forward priority filter; policy drop; })");
  const auto dropping = ours_->dropping_forward_chains();
  ASSERT_TRUE(dropping);
  EXPECT_THAT(*dropping, testing::UnorderedElementsAre("ip filter FORWARD", "inet fw fence"));
  run_nft("delete table inet fw\nadd chain ip filter FORWARD { policy accept; }");
  EXPECT_EQ(ours_->dropping_forward_chains(), std::vector<std::string>());
}

// A table that takes long to list gives the other hand the time.
std::string large_script() {
  std::string script = "add table inet weft\nadd set inet weft large { type ipv4_addr; elements = { 10.0.0.0";
  for (int i = 1; i < 4000; ++i) script += fmt::format(", 10.0.{}.{}", i / 250, i % 250);
  return script + " }; }\n";
}

TEST_F(NftFirewallTest, ATableRemovedDuringAReplaceIsNotTakenForOurs) {
  const auto script = large_script();
  for (int round = 0; round < 10; ++round) {
    std::atomic<bool> done = false;
    std::jthread vandal([&done] {
      for (auto theirs = open(); !done;) EXPECT_TRUE(theirs.remove());
    });
    EXPECT_TRUE(ours_->replace(script));
    done = true;
    vandal.join();
    const bool taken_for_good = ours_->intact() == true;
    ASSERT_FALSE(taken_for_good && ours_->list()->find("large") == std::string::npos) << "round " << round;
  }
}

TEST_F(NftFirewallTest, AChangeDuringAReplaceIsNotTakenForOurs) {
  const auto script = large_script();
  ASSERT_TRUE(ours_->replace(script));
  for (int round = 0; round < 10; ++round) {
    std::jthread vandal([] { run_nft("add chain inet weft theirs"); });
    EXPECT_TRUE(ours_->replace(script));
    vandal.join();
    const bool taken_for_good = ours_->intact() == true;
    ASSERT_FALSE(taken_for_good && ours_->list()->find("theirs") != std::string::npos) << "round " << round;
  }
}

// One commit after the other, without a pause.
TEST_F(NftFirewallTest, OthersWhoAreAlwaysBusyDoNotKeepItFromKnowingItsTable) {
  const auto script = large_script();
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(ours_->replace(script));
  // libnftables lists anew as long as others commit meanwhile. With sanitizers a listing takes so long that beside
  // changes without a pause none came to its end.
  const auto pause = kSanitized ? 2 * (std::chrono::steady_clock::now() - begin) : std::chrono::nanoseconds(0);
  FILE* nft = ::popen("nft -i > /dev/null", "w");
  ASSERT_NE(nft, nullptr);
  ::fcntl(::fileno(nft), F_SETPIPE_SZ, 4096);  // not many more commands than are being executed
  std::atomic<bool> done = false;
  std::jthread busy([&] {
    while (!done) {
      std::fputs("add table inet other\ndelete table inet other\n", nft);
      std::fflush(nft);
      std::this_thread::sleep_for(pause);
    }
  });
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(ours_->replace(script));
    EXPECT_EQ(ours_->intact(), true);
  }
  done = true;
  busy.join();
  EXPECT_EQ(::pclose(nft), 0);
}

}  // namespace

}  // namespace weft::test
