#include "daemon/ledger_sweep.h"

#include "subnet/ledger/host_link.h"
#include "test/support/temporary_directory.h"
#include "test/unit/subnet/ledger/attachments.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include <fcntl.h>
#include <sys/file.h>

namespace weft {
namespace {

using std::chrono::seconds;
using test::files_below;
using Fate = SweepFinding::Fate;

class FakeLinks final : public HostLinks {
 public:
  Result<std::vector<HostLink>> list() override {
    if (!error.empty()) return fail("{}", error);
    std::vector<HostLink> links;
    for (const auto& [name, up] : present) links.push_back({.index = 1, .name = name, .up = up});
    if (after_list) after_list();
    return links;
  }
  bool exists(const std::string& name) const override { return present.contains(name); }
  Result<> remove(const HostLink& link) override {
    present.erase(link.name);
    return {};
  }

  std::map<std::string, bool> present;
  std::string error;
  std::function<void()> after_list;
};

class FakePorts final : public PodPorts {
 public:
  Result<> close(const Attachment& attachment) override {
    if (!error.empty()) return fail("{}", error);
    closed.insert(attachment.key.container_id);
    return {};
  }

  std::set<std::string> closed;
  std::string error;
};

class LedgerSweepTest : public ::testing::Test {
 protected:
  Attachment pod(const std::string& id, bool with_link = true) {
    Attachment wanted = test::attachment(id);
    wanted.host_link = host_link_name(wanted.key);
    wanted.since_boot = seconds(100);
    wanted.pod_namespace = "default";
    wanted.pod_name = id;
    const Attachment reserved = ledger_.reserve(wanted, pools_).value();
    if (with_link) links_.present[reserved.host_link] = true;
    return reserved;
  }
  SweepReport sweep(seconds now = seconds(1000), const std::string& boot = test::kThisBoot) {
    return LedgerSweep(directory_.path(), links_, ports_)
        .run({.boot_id = boot, .since_boot = now, .grace = seconds(60)});
  }
  std::string file(const std::string& name) const { return directory_ / name; }
  void put(const std::string& name, std::string_view content) const {
    std::ofstream(file(name), std::ios::trunc) << content;
  }

  test::TemporaryDirectory directory_;
  Ledger ledger_ = Ledger::create(directory_.path()).value();
  std::vector<AddressPool> pools_ = {test::pool_of("10.244.7.0/24"), test::pool_of("fd00::/64")};
  FakeLinks links_;
  FakePorts ports_;
};

TEST_F(LedgerSweepTest, LivingPodsAreCountedAndLeftAlone) {
  pod("a");
  pod("b");
  const auto before = files_below(directory_.path());
  EXPECT_EQ(sweep(), (SweepReport{.pods = 2}));
  EXPECT_EQ(files_below(directory_.path()), before);
}

TEST_F(LedgerSweepTest, AnEntryWithoutItsLinkIsTakenBack) {
  const Attachment ended = pod("a", false);
  pod("b");
  const SweepReport report = sweep();
  EXPECT_EQ(report.pods, 1U);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].state, PodState::link_gone);
  EXPECT_EQ(report.findings[0].fate, Fate::removed);
  EXPECT_EQ(report.findings[0].container, "a");
  EXPECT_EQ(report.findings[0].pod, "default/a");
  EXPECT_EQ(report.findings[0].addresses, ended.addresses);
  EXPECT_EQ(files_below(directory_.path()),
            (std::set<std::string>{"addresses/10.244.7.3", "addresses/fd00::3", "attachments/b:eth0"}));
  EXPECT_EQ(sweep(), (SweepReport{.pods = 1})) << "once is enough";
}

TEST_F(LedgerSweepTest, PortsAreClosedBeforeTheAddressesAreFree) {
  pod("a", false);
  pod("b");
  ports_.error = "nf_tables is busy";
  EXPECT_EQ(sweep(), (SweepReport{.pods = 1, .error = "nf_tables is busy"}));
  EXPECT_TRUE(ledger_.find(test::attachment("a").key));
  ports_.error.clear();
  EXPECT_EQ(sweep().findings.size(), 1U);
  EXPECT_EQ(ports_.closed, std::set<std::string>{"a"});
}

TEST_F(LedgerSweepTest, AYoungEntryIsAnAddAtWork) {
  pod("a", false);
  EXPECT_EQ(sweep(seconds(159)), SweepReport{});
  EXPECT_EQ(sweep(seconds(160)).findings.size(), 1U);
}

TEST_F(LedgerSweepTest, EntriesOfAnEarlierBootGoAtOnce) {
  pod("a", false);
  const SweepReport report = sweep(seconds(1), "another boot");
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].state, PodState::earlier_boot);
  EXPECT_TRUE(files_below(directory_.path()).empty());
}

TEST_F(LedgerSweepTest, ALinkThatComesWhileTheSweepLooksIsSeen) {
  const Attachment slow = pod("a", false);
  links_.after_list = [&] { links_.present[slow.host_link] = true; };
  EXPECT_TRUE(sweep().findings.empty());
  EXPECT_EQ(ledger_.find(slow.key), slow);
}

TEST_F(LedgerSweepTest, AnEntryMadeAnewWhileTheSweepLooksIsJudgedAnew) {
  pod("a", false);
  links_.after_list = [&] {
    ASSERT_TRUE(ledger_.release(test::attachment("a").key));
    Attachment again = test::attachment("a");
    again.since_boot = seconds(999);
    ASSERT_TRUE(ledger_.reserve(again, pools_));
  };
  EXPECT_TRUE(sweep().findings.empty());
  EXPECT_TRUE(ledger_.find(test::attachment("a").key));
}

TEST_F(LedgerSweepTest, DamagedFilesLoseNoAddressAndNoPod) {
  pod("living");
  pod("dead", false);
  put("attachments/living:eth0", "");
  put("attachments/dead:eth0", "{\"id\":");
  put("attachments/readme", "hello");
  put("attachments/colon:", "hello");
  put("attachments/" + std::string(200, 'x') + ":eth0", std::string(100'000, 'x'));
  put("addresses/not-an-address", "x");
  const SweepReport report = sweep();
  EXPECT_EQ(report.pods, 1U);
  EXPECT_EQ(report.error, "");
  EXPECT_EQ(report.findings.size(), 4U);
  for (const SweepFinding& finding : report.findings) EXPECT_EQ(finding.state, PodState::unreadable);
  EXPECT_EQ(files_below(directory_.path()),
            (std::set<std::string>{"addresses/10.244.7.2", "addresses/fd00::2", "addresses/not-an-address",
                                   "attachments/living:eth0"}));
  EXPECT_TRUE(sweep().findings.empty());
}

TEST_F(LedgerSweepTest, APodWhoseEntryWasRemovedGetsItBack) {
  const Attachment living = pod("a");
  const Attachment dead = pod("b", false);
  std::filesystem::remove(file("attachments/a:eth0"));
  std::filesystem::remove(file("attachments/b:eth0"));
  put("addresses/10.244.7.9", "torn");
  std::map<std::string, Fate> fates;
  for (const SweepFinding& finding : sweep().findings) {
    EXPECT_EQ(finding.state, PodState::stray_address);
    fates[finding.addresses.at(0).to_string()] = finding.fate;
  }
  EXPECT_EQ(fates.at("10.244.7.9"), Fate::removed);
  EXPECT_EQ(fates.at(dead.addresses[0].to_string()), Fate::removed);
  EXPECT_EQ(fates.at(dead.addresses[1].to_string()), Fate::removed);
  EXPECT_EQ(fates.size(), 4U) << "the second address of the living pod has an entry by then";
  EXPECT_EQ(ledger_.find(living.key), living);
  EXPECT_EQ(sweep(), (SweepReport{.pods = 1}));
}

TEST_F(LedgerSweepTest, OfLinksWithoutAnEntryOnlyHalfMadeOnesGo) {
  links_.present = {{"wp000000000001", false}, {"wp000000000002", true}};
  const SweepReport report = sweep();
  ASSERT_EQ(report.findings.size(), 2U);
  EXPECT_EQ(report.findings[0].fate, Fate::removed);
  EXPECT_EQ(report.findings[1].fate, Fate::kept);
  EXPECT_FALSE(links_.exists("wp000000000001"));
  EXPECT_TRUE(links_.exists("wp000000000002"));
}

TEST_F(LedgerSweepTest, NothingHappensWhenTheLinksAreNotKnown) {
  pod("a", false);
  const auto before = files_below(directory_.path());
  links_.error = "no buffer space";
  EXPECT_EQ(sweep(), (SweepReport{.error = "no buffer space"}));
  EXPECT_EQ(files_below(directory_.path()), before);
}

TEST_F(LedgerSweepTest, ABusyLedgerIsNotWaitedFor) {
  pod("a", false);
  const UniqueFd plugin(::open(directory_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_EQ(::flock(plugin.get(), LOCK_EX), 0);
  EXPECT_EQ(sweep(), (SweepReport{.unfinished = true}));
  ASSERT_EQ(::flock(plugin.get(), LOCK_UN), 0);
  EXPECT_EQ(sweep().findings.size(), 1U);
}

TEST_F(LedgerSweepTest, ANodeWithoutALedgerHasNoPods) {
  std::filesystem::create_directories(std::filesystem::path(directory_.path()) / "delegated/delegates");
  EXPECT_EQ(LedgerSweep(directory_ / "delegated", links_, ports_).run({}), SweepReport{});
  EXPECT_EQ(LedgerSweep(directory_ / "none", links_, ports_).run({}), SweepReport{});
}

}  // namespace
}  // namespace weft
