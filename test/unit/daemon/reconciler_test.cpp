#include "daemon/reconciler.h"

#include "subnet/ledger/ledger.h"
#include "test/support/fake_kernel.h"
#include "test/support/temporary_directory.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>

namespace weft {
namespace {

IpPrefix prefix(const char* text) { return IpPrefix::parse(text).value(); }
IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }
MacAddress mac(unsigned last) { return MacAddress::locally_administered(0x0a0000000000 + last); }

constexpr std::size_t kLink = 0;
constexpr std::size_t kRoute = 4;

NetworkConfig config() {
  const IpPrefix network = prefix("10.244.0.0/16");
  NetworkConfig config;
  config.v4 =
      FamilyConfig{.network = network, .subnet_min = network.block(24, 0), .subnet_max = network.block(24, 255)};
  return config;
}

LeaseHolder peer(unsigned n) {
  LeaseHolder holder{.node = "n" + std::to_string(n)};
  holder.lease = {.uid = "uid" + std::to_string(n), .subnets = {.v4 = prefix("10.244.0.0/16").block(24, n)}, .rev4 = n};
  holder.vtep = Vtep{.vni = 1, .port = 8472, .ip = ip("192.0.2.0"), .mac = mac(n)};
  holder.vtep->ip = IpAddress::from_v4(ip("192.0.2.0").to_v4() + n);
  return holder;
}

// A node n1 at 192.0.2.1 with an uplink, on the fake kernel.
class ReconcilerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    kernel.add_ethernet("eth0", 1500);
    kernel.add_address({"eth0", ip("192.0.2.1"), 24});
    kernel.add_route({prefix("0.0.0.0/0"), 0, "eth0", ip("192.0.2.254"), false}, test::kProtocolBoot);
  }

  void hold(unsigned peers) {
    LeaseSnapshot snapshot{.generation = ++generation_};
    const LeaseHolder self = peer(1);
    snapshot.self = LocalLease{.node = "n1", .lease = self.lease, .vtep = *self.vtep};
    for (unsigned n = 2; n < 2 + peers; ++n) snapshot.holders.push_back(peer(n));
    reconciler.set_input({.snapshot = std::make_shared<const LeaseSnapshot>(std::move(snapshot))});
  }

  std::size_t routes() { return reconciler.dump().value().own.routes.size(); }
  bool in_sync() {
    const auto plan = reconciler.preview();
    return plan && plan->empty();
  }

  test::FakeKernel kernel;
  Reconciler reconciler{kernel, {.config = config()}};

 private:
  std::uint64_t generation_ = 0;
};

TEST_F(ReconcilerTest, BeforeTheLeaseItOnlyLooks) {
  const ApplyReport report = reconciler.run();
  EXPECT_TRUE(report.ok);
  EXPECT_FALSE(report.planned);
  EXPECT_TRUE(kernel.journal().empty());
  EXPECT_EQ(reconciler.uplink().uplink->public4, ip("192.0.2.1"));
}

TEST_F(ReconcilerTest, AnUplinkThatIsDownIsWarnedOf) {
  EXPECT_TRUE(reconciler.look().warnings.empty());
  Reconciler named{kernel, {.config = config(), .uplink = {.interfaces = {"eth0"}}}};
  kernel.set_up("eth0", false);
  EXPECT_EQ(named.look().warnings.size(), 1U);
  EXPECT_EQ(named.look().uplink->link, "eth0");
}

TEST_F(ReconcilerTest, ASnapshotWithoutTheOwnLeaseChangesNothing) {
  hold(3);
  ASSERT_TRUE(reconciler.run().ok);
  reconciler.set_input({.snapshot = std::make_shared<const LeaseSnapshot>()});
  EXPECT_FALSE(reconciler.run().planned);
  EXPECT_EQ(routes(), 3U);  // a restart, or a lease in doubt, takes nothing away
}

TEST_F(ReconcilerTest, HeldMeansEverythingIsThere) {
  hold(3);
  const ApplyReport report = reconciler.run();
  EXPECT_TRUE(report.ok && report.planned);
  EXPECT_EQ(report.objects[kRoute].put, 3U);
  EXPECT_EQ(report.objects[kRoute].repaired, 0U);
  EXPECT_EQ(report.mtu->link, 1450U);
  EXPECT_EQ(report.verdicts->size(), 3U);
  EXPECT_EQ(report.self->node, "n1");
  EXPECT_TRUE(in_sync());
  EXPECT_EQ(reconciler.run().changes(), 0U);
}

TEST_F(ReconcilerTest, APeerThatLeavesIsNoDrift) {
  hold(3);
  ASSERT_TRUE(reconciler.run().ok);
  hold(2);
  const ApplyReport report = reconciler.run();
  EXPECT_EQ(report.objects[kRoute].removed, 1U);
  EXPECT_EQ(report.objects[kRoute].repaired, 0U);
  EXPECT_EQ(routes(), 2U);
}

TEST_F(ReconcilerTest, ARouteOfSomebodyElseInAPeersPlaceIsShownAndNotReplaced) {
  hold(3);
  ASSERT_TRUE(reconciler.run().ok);
  Route foreign = reconciler.dump().value().own.routes.front();
  foreign = {foreign.destination, foreign.metric, "eth0", ip("192.0.2.9"), false};
  kernel.add_route(foreign, test::kProtocolStatic);
  const ApplyReport report = reconciler.run();
  EXPECT_TRUE(report.ok);
  EXPECT_EQ(report.changes(), 0U);
  ASSERT_EQ(report.conflicts.size(), 1U);
  EXPECT_EQ(report.conflicts[0].route, foreign);
  EXPECT_TRUE(in_sync());
  kernel.remove_route(foreign);
  EXPECT_TRUE(reconciler.run().conflicts.empty());
  EXPECT_EQ(routes(), 3U);
}

TEST_F(ReconcilerTest, WhatSomebodyRemovesIsRepairedAndCounted) {
  hold(3);
  ASSERT_TRUE(reconciler.run().ok);
  kernel.remove_route(reconciler.dump().value().own.routes.front());
  const ApplyReport report = reconciler.run();
  EXPECT_EQ(report.objects[kRoute].put, 1U);
  EXPECT_EQ(report.objects[kRoute].repaired, 1U);
  EXPECT_TRUE(report.repaired_devices.empty());
  EXPECT_TRUE(in_sync());
}

TEST_F(ReconcilerTest, ADeletedDeviceComesBackWithAllThatWasOnIt) {
  hold(3);
  ASSERT_TRUE(reconciler.run().ok);
  kernel.remove_link("weft.1");
  const ApplyReport report = reconciler.run();
  EXPECT_EQ(report.repaired_devices, std::vector<std::string>{"weft.1"});
  EXPECT_EQ(report.objects[kRoute].repaired, 3U);
  EXPECT_TRUE(in_sync());
}

TEST_F(ReconcilerTest, ANewUplinkAddressIsAChangeOfMindNotDrift) {
  hold(3);
  ASSERT_TRUE(reconciler.run().ok);
  kernel.add_address({"eth0", ip("192.0.2.77"), 24});
  kernel.remove_address({"eth0", ip("192.0.2.1"), 24});
  if (!reconciler.look().uplink) {
    kernel.add_route({prefix("0.0.0.0/0"), 0, "eth0", ip("192.0.2.254"), false}, test::kProtocolBoot);
  }
  const ApplyReport report = reconciler.run();
  EXPECT_TRUE(report.ok) << report.error;
  EXPECT_EQ(report.objects[kLink].put, 1U);
  EXPECT_TRUE(report.repaired_devices.empty());
  EXPECT_EQ(report.objects[kRoute].repaired, 0U);
  EXPECT_EQ(reconciler.uplink().uplink->public4, ip("192.0.2.77"));
  EXPECT_EQ(reconciler.dump().value().own.links.front().vxlan->local, ip("192.0.2.77"));
  EXPECT_TRUE(in_sync());
}

TEST_F(ReconcilerTest, WithoutAnUplinkTheKernelKeepsWhatItHas) {
  hold(3);
  ASSERT_TRUE(reconciler.run().ok);
  kernel.remove_route({prefix("0.0.0.0/0"), 0, "eth0", ip("192.0.2.254"), false});
  const ApplyReport report = reconciler.run();
  EXPECT_FALSE(report.ok);
  EXPECT_FALSE(report.planned);
  EXPECT_NE(report.error.find("--iface"), std::string::npos);
  EXPECT_EQ(routes(), 3U);
}

// Whatever single operation fails: it is reported with its error, and the next run heals it.
TEST_F(ReconcilerTest, AnySingleFailureIsReportedAndHealed) {
  hold(3);
  ASSERT_TRUE(reconciler.run().ok);
  const std::size_t operations = kernel.journal().size();
  for (std::size_t failing = 0; failing < operations; ++failing) {
    test::FakeKernel fresh;
    fresh.add_ethernet("eth0", 1500);
    fresh.add_address({"eth0", ip("192.0.2.1"), 24});
    fresh.add_route({prefix("0.0.0.0/0"), 0, "eth0", ip("192.0.2.254"), false}, test::kProtocolBoot);
    Reconciler second(fresh, {.config = config()});
    LeaseSnapshot snapshot;
    snapshot.self = LocalLease{.node = "n1", .lease = peer(1).lease, .vtep = *peer(1).vtep};
    for (unsigned n = 2; n < 5; ++n) snapshot.holders.push_back(peer(n));
    second.set_input({.snapshot = std::make_shared<const LeaseSnapshot>(std::move(snapshot))});
    fresh.faults().fail_operation(failing, ENOMEM);
    const ApplyReport failed = second.run();
    EXPECT_FALSE(failed.ok) << failing;
    EXPECT_GE(failed.failures, 1U);
    EXPECT_NE(failed.error, "");
    EXPECT_EQ(fresh.faults().pending(), 0U);
    EXPECT_TRUE(second.run().ok) << failing;
    EXPECT_TRUE(second.preview()->empty()) << failing;
  }
}

TEST_F(ReconcilerTest, AFailedDumpPlansNothing) {
  hold(3);
  ASSERT_TRUE(reconciler.run().ok);
  const std::size_t before = kernel.journal().size();
  hold(1);
  kernel.faults().fail_dump(ENOBUFS);
  const ApplyReport report = reconciler.run();
  EXPECT_FALSE(report.ok);
  EXPECT_NE(report.error, "");
  EXPECT_EQ(kernel.journal().size(), before);
  EXPECT_TRUE(reconciler.run().ok);
  EXPECT_EQ(routes(), 1U);
}

TEST_F(ReconcilerTest, EvictedTakesEverythingAndTellsAboutPods) {
  const test::TemporaryDirectory directory;
  Reconciler evicted{kernel, {.config = config(), .ledger_directory = directory.path()}};
  ASSERT_TRUE(reconciler.run().ok);
  const auto ledger = Ledger::create(directory.path());
  const Attachment pod{.key = {"pod", "eth0"}, .host_link = "wp0123456789ab"};
  ASSERT_TRUE(ledger->reserve(pod, std::array{*AddressPool::of(prefix("10.244.1.0/24"))}));
  kernel.add_ethernet(pod.host_link, 1450);
  evicted.set_input({.evicted = Subnets{.v4 = prefix("10.244.1.0/24")}});
  const ApplyReport with_pod = evicted.run();
  EXPECT_TRUE(with_pod.ok);
  EXPECT_TRUE(with_pod.pods_left);
  EXPECT_TRUE(evicted.dump().value().own.links.empty());
  kernel.remove_link(pod.host_link);
  EXPECT_FALSE(evicted.run().pods_left);
}

TEST_F(ReconcilerTest, ADeviceOfAnotherVniGoes) {
  kernel.add_vxlan("weft.7", 7, 8472, "eth0");
  kernel.add_vxlan("other.9", 9, 8472, "eth0");
  hold(1);
  ASSERT_TRUE(reconciler.run().ok);
  const auto facts = kernel.read_facts();
  std::string names;
  for (const Interface& interface : facts->interfaces) names += interface.name + " ";
  EXPECT_EQ(names, "eth0 lo other.9 weft.1 ");
}

TEST_F(ReconcilerTest, TheMacOfADeviceThatIsThereIsTold) {
  hold(1);
  ASSERT_TRUE(reconciler.run().ok);
  Reconciler restarted(kernel, {.config = config()});
  EXPECT_EQ(restarted.look().device_mac, mac(1));
}

TEST_F(ReconcilerTest, CanReachIsAskedAndItsFailureIsTold) {
  Reconciler asking(kernel,
                    {.config = config(), .can_reach = ip("198.51.100.1"), .device_towards = [](const IpAddress&) {
                       return Result<std::string>(fail("network is unreachable"));
                     }});
  EXPECT_NE(asking.look().error.find("--iface-can-reach 198.51.100.1"), std::string::npos);
}

}  // namespace
}  // namespace weft
