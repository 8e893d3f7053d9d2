// No pod of a bridge sends from an address that is not its own, to the node or to its neighbours.
#include "backend/pod_table/bridge_guard.h"
#include "test/contract/cni/host_port_node.h"
#include "test/support/nft_tool.h"

namespace weft::test {
namespace {

class BridgeSpoofingTest : public HostPortNode, public ::testing::WithParamInterface<Family> {
 protected:
  BridgeSpoofingTest() {
    config_["mode"] = "bridge";
    a_addresses_ = add("a");
    b_addresses_ = add("b");
    write_sysctl("ipv4/conf/all/rp_filter", "0");
  }

  static std::uint64_t dropped() {
    const std::string text = nft_list_with_counters("counter bridge weft-pods spoofed");
    return std::stoull(text.substr(text.find("packets ") + 8));
  }
  static void take(const IpAddress& address) {
    run_ip("addr replace " + address.to_string() + (address.is_v4() ? "/32" : "/128 nodad") + " dev eth0");
  }
  static IpAddress foreign(Family family) { return ip(family == Family::v4 ? "10.9.9.9" : "fd00:9::9"); }
  // Of the subnet, and nobody's.
  static IpAddress free_one(Family family) { return ip(family == Family::v4 ? "10.244.7.77" : "fd00:10:244:7::77"); }

  // `victim` is reached by pod a at its own address only.
  void expect_only_honest_packets(Server& victim, const IpAddress& target) {
    const Family family = GetParam();
    const auto& own = of(family, a_addresses_);
    const auto honest = [&] { return Client(Transport::udp, target, 7000, own).ask(victim); };
    ASSERT_EQ(a_.run(honest), own.to_string()) << "and now the way is known";
    for (const IpAddress& source : {of(family, b_addresses_), node(family), outside(family), foreign(family)}) {
      if (source == target) continue;
      const std::uint64_t before = dropped();
      a_.run([&] {
        take(source);
        Client(Transport::udp, target, 7000, source).send();
        run_ip("addr del " + source.to_string() + (source.is_v4() ? "/32" : "/128") + " dev eth0");
      });
      EXPECT_GT(dropped(), before) << source.to_string();
    }
    EXPECT_EQ(a_.run(honest), own.to_string()) << "nothing has come before it";
  }

  NetworkNamespace a_ = new_pod("a");
  NetworkNamespace b_ = new_pod("b");
  std::vector<IpAddress> a_addresses_;
  std::vector<IpAddress> b_addresses_;
};

TEST_P(BridgeSpoofingTest, ForeignSourcesDoNotLeaveTheNode) {
  const Family family = GetParam();
  Server victim = far_.run([&] { return Server(Transport::udp, far(family), 7000); });
  expect_only_honest_packets(victim, far(family));
}

TEST_P(BridgeSpoofingTest, NeighboursAreProtectedToo) {
  const IpAddress& target = of(GetParam(), b_addresses_);
  Server victim = b_.run([&] { return Server(Transport::udp, target, 7000); });
  expect_only_honest_packets(victim, target);
}

// Answers to "who has it" come from those only who have it.
TEST_P(BridgeSpoofingTest, AnAddressThatIsNotItsOwnCannotBeClaimed) {
  const IpAddress claimed = free_one(GetParam());
  Server thief = a_.run([&] {
    take(claimed);
    return Server(Transport::udp, claimed, 7000);
  });
  const std::uint64_t before = dropped();
  EXPECT_EQ(b_.run([&] { return ask(thief, claimed, 7000); }), "nobody asked");
  EXPECT_GT(dropped(), before);
}

TEST_P(BridgeSpoofingTest, WhatALinkNeedsPasses) {
  const std::uint64_t before = dropped();
  a_.run([] {
    write_sysctl("ipv6/conf/eth0/accept_dad", "1");
    run_ip("link set eth0 down");  // its link-local address is tried again
    run_ip("link set eth0 up");
    run_ip("addr replace " + ip("fd00:9::1").to_string() + "/64 dev eth0");  // sends its question from ::
    run_ip("addr del fd00:9::1/64 dev eth0");
  });
  EXPECT_EQ(dropped(), before);
}

TEST_P(BridgeSpoofingTest, ALostTableComesBackForAllPods) {
  const std::string whole = nft_list("table bridge weft-pods");
  nft_run("flush ruleset");
  auto guard = pod_table::BridgeGuard::open();
  const auto ledger = Ledger::open(data_directory());
  ASSERT_TRUE(guard && ledger);
  EXPECT_EQ(guard->repair(&*ledger), true);
  EXPECT_EQ(guard->repair(&*ledger), false);
  EXPECT_EQ(nft_list("table bridge weft-pods").size(), whole.size()) << "elements come in any order";
  nft_run("flush set bridge weft-pods " + std::string(GetParam() == Family::v4 ? "sources4" : "sources6"));
  EXPECT_EQ(guard->repair(&*ledger), true);
  nft_run("flush ruleset");
  const NetworkNamespace c = new_pod("c");
  add("c");
  EXPECT_GT(nft_list("table bridge weft-pods").size(), whole.size());
}

// Its entry is lost: which addresses it has nobody knows.
TEST_P(BridgeSpoofingTest, APodThatNobodyKnowsKeepsItsNetwork) {
  std::filesystem::remove(data_directory() + "/attachments/a:eth0");
  nft_run("flush ruleset");
  const NetworkNamespace c = new_pod("c");
  add("c");
  Server server = far_.run([&] { return Server(Transport::udp, far(GetParam()), 7000); });
  EXPECT_EQ(a_.run([&] { return ask(server, far(GetParam()), 7000); }), of(GetParam(), a_addresses_).to_string());
}

TEST_P(BridgeSpoofingTest, DelLeavesNothing) {
  ASSERT_EQ(run("DEL", "a").exit_code, 0);
  ASSERT_EQ(run("DEL", "b").exit_code, 0);
  EXPECT_EQ(nft_list("table bridge weft-pods").find("elements"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Families, BridgeSpoofingTest, ::testing::Values(Family::v4, Family::v6),
                         [](const auto& tested) { return std::string(to_string(tested.param)); });

}  // namespace
}  // namespace weft::test
