// The nf_tables listener in front of the real kernel: what wakes it, and what must not.
#include "backend/nft_monitor.h"

#include "backend/nft_filter.h"
#include "test/contract/nft_fixture.h"

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include <linux/netfilter/nfnetlink.h>

namespace weft::test {

namespace {

class NftMonitorTest : public NftFixture {
 protected:
  void SetUp() override {
    NftFixture::SetUp();
    // What kernels before 6.9 allow, where this one lets us say so.
    std::ofstream("/proc/sys/net/core/optmem_max") << 20480;
    auto opened = open_nft_monitor(context_, [this](MonitorEvent event, NftTables tables) {
      seen_.push_back(event);
      tables_ = tables;
    });
    ASSERT_TRUE(opened) << opened.error().message;
    monitor_.emplace(*std::move(opened));
    ASSERT_TRUE(ours_->replace(kScript));
    ASSERT_TRUE(woken());
  }

  // The kernel queues the notifications before the transaction returns.
  bool woken() {
    seen_.clear();
    tables_ = {};
    context_.restart();
    context_.poll();
    return !seen_.empty();
  }

  boost::asio::io_context context_;
  std::vector<MonitorEvent> seen_;
  NftTables tables_;  // of the last
  std::optional<NotificationLoop> monitor_;
};

TEST_F(NftMonitorTest, HearsEveryKindOfChangeToOurTable) {
  for (const char* change : {
           "add rule inet weft postrouting accept",
           "flush chain inet weft postrouting",
           "add chain inet weft more",
           "delete chain inet weft more",
           "add set inet weft peers { type ipv4_addr; }",
           "add element inet weft peers { 192.0.2.1 }",
           "delete element inet weft peers { 192.0.2.1 }",
           "add counter inet weft refused",
           "add table inet weft { flags dormant; }",
           "delete table inet weft",
           "add table inet weft",
           "flush ruleset",
       }) {
    run_nft(change);
    EXPECT_TRUE(woken()) << change;
    EXPECT_EQ(seen_, std::vector{MonitorEvent::changed}) << change;
  }
}

TEST_F(NftMonitorTest, HearsOurTableAmongOthersInOneTransaction) {
  run_nft(
      "add table ip a\nadd chain ip a c\nadd rule ip a c accept\nadd rule inet weft postrouting accept\nadd table ip "
      "b");
  EXPECT_TRUE(woken());
  run_nft("flush ruleset");
  EXPECT_TRUE(woken());
}

TEST_F(NftMonitorTest, TellsThePodsTableFromTheFirewall) {
  run_nft("add table inet weft-pods; add set inet weft-pods ports { type inet_service; }");
  EXPECT_TRUE(woken());
  EXPECT_EQ(tables_, NftTables{.pods = true});
  run_nft("add element inet weft-pods ports { 80 }");
  EXPECT_FALSE(woken()) << "the plugin does this all the time";
  run_nft("delete element inet weft-pods ports { 80 }");
  EXPECT_TRUE(woken());
  EXPECT_EQ(tables_, NftTables{.pods = true});
  run_nft("add table bridge weft-pods");
  EXPECT_TRUE(woken());
  EXPECT_EQ(tables_, NftTables{.pods = true});
  run_nft("add rule inet weft postrouting accept");
  EXPECT_TRUE(woken());
  EXPECT_EQ(tables_, NftTables{.firewall = true});
  run_nft("flush ruleset");
  EXPECT_TRUE(woken());
  EXPECT_EQ(tables_, (NftTables{.firewall = true, .pods = true}));
}

TEST_F(NftMonitorTest, DoesNotHearOtherTables) {
  for (const char* change :
       {"add table inet weft-other", "add table bridge weft", "add table inet other", "add table ip weft",
        "add table inet weft2", "add table inet wef", "add chain inet other weft", "delete table ip weft"}) {
    run_nft(change);
    EXPECT_FALSE(woken()) << change;
  }
}

// Not even the system call to read them: the filter drops them in the kernel.
TEST_F(NftMonitorTest, ABusyNeighbourPutsNothingIntoTheSocket) {
  constexpr int kGroups[] = {NFNLGRP_NFTABLES};
  auto raw = netlink::Listener::open(NETLINK_NETFILTER, kGroups, nft_filter());
  ASSERT_TRUE(raw);
  add_services(1000);
  const auto datagram = raw->next();
  ASSERT_TRUE(datagram) << datagram.error().message;
  EXPECT_FALSE(*datagram) << (*datagram)->size() << " bytes";
  run_nft("delete table ip services");
  EXPECT_FALSE(woken());
}

TEST_F(NftMonitorTest, OneCallForALongTransactionOfOurs) {
  std::string rules;
  for (int i = 0; i < 200; ++i) rules += "add rule inet weft postrouting ip saddr 10.0.0.1 tcp dport 80 accept\n";
  run_nft(rules);
  EXPECT_TRUE(woken());
  EXPECT_EQ(seen_.size(), 1U);
}

TEST_F(NftMonitorTest, AfterOurOwnTransactionTheTableIsIntact) {
  ASSERT_TRUE(ours_->replace(kScript));
  EXPECT_TRUE(woken());
  EXPECT_EQ(ours_->intact(), true);
  EXPECT_FALSE(woken());
}

TEST_F(NftMonitorTest, IsSilentOnceDestroyed) {
  run_nft("delete table inet weft");
  monitor_.reset();
  EXPECT_FALSE(woken());
}

}  // namespace

}  // namespace weft::test
