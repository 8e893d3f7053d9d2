// The pods' table put right by whoever looks after it, as the daemon does.
#include "backend/pod_table/pod_table.h"
#include "backend/pod_table/stale_flows.h"
#include "backend/pod_table/table_lock.h"
#include "test/contract/cni/host_port_node.h"
#include "test/support/cni/kernel_snapshot.h"
#include "test/support/nft_tool.h"

#include <cerrno>
#include <chrono>
#include <thread>

namespace weft::test {
namespace {

using pod_table::Cleaning;
using pod_table::PodTable;
using pod_table::Repair;

class TableRepairTest : public HostPortNode {
 protected:
  [[nodiscard]] Result<Repair> try_repair(Cleaning cleaning = Cleaning::yes) const {
    auto table = PodTable::open();
    if (!table) return std::unexpected(table.error());
    const auto ledger = Ledger::open(data_directory());
    return table->repair(ledger ? &*ledger : nullptr, cleaning);
  }
  // Until it has done all: pods younger than a second are left to their ADD at first.
  [[nodiscard]] Repair repair(Cleaning cleaning = Cleaning::yes) const {
    Repair all;
    for (bool unfinished = true; unfinished;) {
      const auto done = try_repair(cleaning);
      if (!done) throw std::runtime_error(done.error().message);
      all.rebuilt = all.rebuilt || done->rebuilt;
      all.restored += done->restored;
      all.removed += done->removed;
      unfinished = done->unfinished;
      if (unfinished) std::this_thread::yield();
    }
    return all;
  }
  static std::string ruleset() { return nft_list("ruleset"); }

  NetworkNamespace a_ = new_pod("a");
  NetworkNamespace b_ = new_pod("b");
};

TEST_F(TableRepairTest, WithoutPodsNoTableIsMade) {
  EXPECT_FALSE(repair().rebuilt);
  EXPECT_EQ(ruleset(), "");
}

TEST_F(TableRepairTest, ATableAsItShouldBeIsLeftAlone) {
  want_ports({mapping(8080, 80), mapping(53, 53, "udp", kNodeAddress4)});
  add("a");
  const std::string before = ruleset();
  const Repair done = repair();
  EXPECT_FALSE(done.rebuilt);
  EXPECT_EQ(done.restored + done.removed, 0U);
  EXPECT_EQ(ruleset(), before);
}

TEST_F(TableRepairTest, ALostTableComesBackWithItsPortsAndItsCheck) {
  add("b");
  want_ports({mapping(8080, 80), mapping(53, 53, "udp", kNodeAddress4)});
  const auto addresses = add("a");
  const std::string before = ruleset();
  for (const char* loss : {"flush ruleset", "delete table inet weft-pods", "flush chain inet weft-pods from_pods",
                           "insert rule inet weft-pods early accept"}) {
    nft_run(loss);
    const auto done = try_repair(Cleaning::no);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_TRUE(done->rebuilt) << loss;
    EXPECT_EQ(done->reopened.size(), 1U);
    EXPECT_EQ(ruleset(), before) << loss;
  }
  Server server = a_.run([&] { return Server(Transport::tcp, addresses[0], 80); });
  EXPECT_EQ(outside_.run([&] { return ask(server, ip(kNodeAddress4), 8080); }), kOutside4);
}

// While the table was gone somebody has asked, and asks on from the same port.
TEST_F(TableRepairTest, FlowsFromTheTimeWithoutATableAreForgotten) {
  want_ports({mapping(5353, 53, "udp")});
  const auto addresses = add("a");
  nft_run(
      "flush ruleset; add table ip nat; add chain ip nat p { type nat hook prerouting priority dstnat; }; "
      "add rule ip nat p ct state new accept");  // somebody tracks connections
  Client client = outside_.run([&] { return Client(Transport::udp, ip(kNodeAddress4), 5353, ip(kOutside4), 4444); });
  client.send();
  ASSERT_TRUE(client.is_refused());
  const auto done = try_repair(Cleaning::no);
  ASSERT_TRUE(done) << done.error().message;
  ASSERT_EQ(done->reopened.size(), 1U);
  ASSERT_TRUE(pod_table::forget_flows_elsewhere(done->reopened.front()));
  Server server = a_.run([&] { return Server(Transport::udp, addresses[0], 53); });
  EXPECT_EQ(client.ask(server), kOutside4);
}

TEST_F(TableRepairTest, PodsWithoutPortsAreCheckedAgainToo) {
  add("a");
  nft_run("flush ruleset");
  EXPECT_TRUE(repair().rebuilt);
  EXPECT_NE(ruleset().find("fib saddr . iif"), std::string::npos);
}

TEST_F(TableRepairTest, ATableOfAnotherVersionIsTheirs) {
  add("a");
  nft_run("flush ruleset; add table inet weft-pods; add chain inet weft-pods skeleton_0");
  const std::string before = ruleset();
  EXPECT_FALSE(repair().rebuilt);
  EXPECT_EQ(ruleset(), before);
}

TEST_F(TableRepairTest, LostElementsComeBack) {
  want_ports({mapping(8080, 80), mapping(8081, 81, "udp", kNodeAddress6)});
  add("a");
  const std::string before = ruleset();
  nft_run(
      "flush map inet weft-pods ports4; flush set inet weft-pods hairpin4; flush map inet weft-pods address_ports6");
  EXPECT_EQ(repair(Cleaning::no).restored, 3U);
  EXPECT_EQ(ruleset(), before);
}

TEST_F(TableRepairTest, AnElementThatLeadsToNobodyIsReplaced) {
  want_ports({mapping(8080, 80)});
  add("a");
  const std::string before = ruleset();
  nft_run("delete element inet weft-pods ports4 { tcp . 8080 }");
  nft_run("add element inet weft-pods ports4 { tcp . 8080 : 10.244.7.99 . 80 }");
  EXPECT_EQ(repair(Cleaning::no).restored, 1U);
  EXPECT_EQ(ruleset(), before);
}

TEST_F(TableRepairTest, ElementsOfNobodyGoWithTheSweep) {
  want_ports({mapping(8080, 80)});
  add("a");
  const std::string before = ruleset();
  nft_run("add element inet weft-pods ports4 { udp . 9 : 10.244.7.99 . 9 }");
  nft_run("add element inet weft-pods hairpin6 { fd00::9 . fd00::9 }");
  EXPECT_EQ(repair(Cleaning::no).removed, 0U);
  EXPECT_EQ(repair(Cleaning::yes).removed, 2U);
  EXPECT_EQ(ruleset(), before);
}

// Its entry is lost, its link is there: it may be anybody's.
TEST_F(TableRepairTest, NothingGoesWhileAPodIsNotKnown) {
  want_ports({mapping(8080, 80)});
  add("a");
  const std::string before = ruleset();
  std::filesystem::remove_all(data_directory());
  EXPECT_EQ(repair().removed, 0U);
  EXPECT_EQ(ruleset(), before);
  ASSERT_EQ(run("DEL", "a").exit_code, 0);
  EXPECT_EQ(repair().removed, 4U) << "two ports, two hairpins";
}

// DEL removes the link first. What it has closed after that must stay closed.
TEST_F(TableRepairTest, APodThatIsBeingDeletedGetsNothing) {
  want_ports({mapping(8080, 80)});
  add("a");
  a_.run([] { run_ip("link del eth0"); });
  nft_run("flush ruleset");
  EXPECT_FALSE(repair().rebuilt) << "nobody lives here";
  want_ports({mapping(8081, 80)});
  add("b");
  EXPECT_EQ(repair().restored, 0U);
  EXPECT_EQ(ruleset().find("8080"), std::string::npos);
}

// And whoever comes while an ADD or a DEL changes the table does not wait.
TEST_F(TableRepairTest, ABusyTableIsLeftToThoseWhoWorkOnIt) {
  add("a");
  nft_run("flush ruleset");
  const auto lock = pod_table::TableLock::acquire();
  ASSERT_TRUE(lock);
  const auto done = try_repair();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, EWOULDBLOCK);
  EXPECT_EQ(ruleset(), "");
}

// Between ADD's first look at the table and its ports, somebody removes it.
TEST_F(TableRepairTest, PublishingSurvivesALostTable) {
  want_ports({mapping(8080, 80)});
  add("a");
  auto table = PodTable::open();
  ASSERT_TRUE(table);
  const auto ledger = Ledger::open(data_directory());
  ASSERT_TRUE(ledger);
  const std::string before = ruleset();
  nft_run("flush ruleset");
  const auto published = table->publish(ledger->find({"a", "eth0"}).value(), *ledger);
  EXPECT_TRUE(published) << published.error().message;
  EXPECT_EQ(ruleset(), before);
}

}  // namespace
}  // namespace weft::test
