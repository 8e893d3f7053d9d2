// The listener in front of the real kernel: what wakes it, and what must not.
#include "backend/link_monitor.h"

#include "test/contract/netlink_fixture.h"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>

#include <linux/rtnetlink.h>

namespace weft::test {

namespace {

using namespace std::chrono_literals;

class LinkMonitorTest : public NetlinkFixture {
 protected:
  void SetUp() override {
    NetlinkFixture::SetUp();
    apply_all(sample_state());
    auto opened =
        LinkMonitor::open(context_, kernel().port(), scope(), [this](MonitorEvent event) { seen_.push_back(event); });
    ASSERT_TRUE(opened) << opened.error().message;
    monitor_.emplace(*std::move(opened));
  }

  static MonitorScope scope() { return {.devices = ownership_for(1).devices, .uplink = "up0"}; }

  // The kernel queues notifications before the request that caused them returns, so what is not there now is not
  // coming; only the notification of a delayed event (DAD, carrier) needs the deadline.
  bool woken() {
    seen_.clear();
    context_.restart();
    context_.poll();
    return !seen_.empty();
  }
  bool woken_within(std::chrono::milliseconds limit) {
    seen_.clear();
    context_.restart();
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (seen_.empty() && std::chrono::steady_clock::now() < deadline) context_.run_one_until(deadline);
    return !seen_.empty();
  }
  void settle() {
    while (woken_within(200ms)) {
    }
  }

  boost::asio::io_context context_;
  std::vector<MonitorEvent> seen_;
  std::optional<LinkMonitor> monitor_;
};

TEST_F(LinkMonitorTest, HearsADeviceDeletedSetDownOrChanged) {
  settle();
  other().set_up("weft.1", false);
  EXPECT_TRUE(woken());
  other().set_mtu("weft.1", 1200);
  EXPECT_TRUE(woken());
  other().set_mac("weft-v6.1", mac("0a:58:00:00:00:99"));
  EXPECT_TRUE(woken());
  other().remove_link("weft-v6.1");
  EXPECT_TRUE(woken());
  EXPECT_EQ(seen_, std::vector{MonitorEvent::changed});  // one call for all of it
}

TEST_F(LinkMonitorTest, HearsRemovedEntries) {
  settle();
  const KernelState state = sample_state();
  for (const auto& route : state.routes) {
    other().remove_route(route);
    EXPECT_TRUE(woken()) << to_string(route);
  }
  for (const auto& entry : state.fdb) {
    other().remove(entry);
    EXPECT_TRUE(woken()) << to_string(entry);
  }
  for (const auto& neighbour : state.neighbours) {
    other().remove(neighbour);
    EXPECT_TRUE(woken()) << to_string(neighbour);
  }
  other().remove_address("weft.1", "10.244.0.0/32");
  EXPECT_TRUE(woken());
}

TEST_F(LinkMonitorTest, HearsTheUplinkAndForeignRoutes) {
  settle();
  other().set_mtu("up0", 1400);
  EXPECT_TRUE(woken());
  other().add_address("up0", "198.51.100.1/24");
  EXPECT_TRUE(woken());
  other().add_route({prefix("10.0.0.0/8"), 0, "up0", address("192.0.2.9"), false}, RTPROT_STATIC);
  EXPECT_TRUE(woken());
}

TEST_F(LinkMonitorTest, DoesNotHearItsOwnApply) {
  settle();
  KernelState more = sample_state();
  more.links.clear();
  more.addresses.clear();
  for (unsigned i = 0; i < 200; ++i) {
    more.routes.push_back(peer_route(i));
    more.neighbours.push_back({"weft.1", *peer_route(i).gateway, mac("0a:58:00:00:07:03")});
    more.fdb.push_back({"weft.1", MacAddress({2, 0, 0, 0, 1, static_cast<std::uint8_t>(i)}), address("192.0.2.8")});
  }
  apply_all(more);
  EXPECT_FALSE(woken());
  std::vector<Operation> routes;
  for (const auto& route : more.routes) routes.push_back({Verb::remove, route});
  for (const auto& result : apply(routes)) EXPECT_TRUE(result);
  EXPECT_FALSE(woken());
}

TEST_F(LinkMonitorTest, DoesNotHearPodsAndOtherDevices) {
  other().add_veth("veth1");
  settle();
  other().set_mtu("veth1", 1300);
  other().add_address("veth1", "203.0.113.1/32");
  other().add_route({prefix("10.244.0.9/32"), 0, "veth1", std::nullopt, false}, RTPROT_BOOT);
  other().add_route({prefix("fd00:10:244::9/128"), 0, "veth1", std::nullopt, false}, RTPROT_BOOT);
  EXPECT_FALSE(woken());
}

TEST_F(LinkMonitorTest, FollowsADeviceThatIsMadeAgain) {
  settle();
  other().remove_link("weft.1");
  EXPECT_TRUE(woken());
  apply_all(sample_state());  // another index
  EXPECT_TRUE(woken());
  settle();
  other().remove(sample_state().neighbours.front());
  EXPECT_TRUE(woken());
}

TEST_F(LinkMonitorTest, LostNotificationsAreAnEvent) {
  settle();
  for (unsigned i = 0; i < 20'000; ++i) {
    other().set_mtu("up0", 1400 + i % 2);
  }
  bool lost = woken() && std::ranges::find(seen_, MonitorEvent::lost) != seen_.end();
  while (!lost && woken()) lost = std::ranges::find(seen_, MonitorEvent::lost) != seen_.end();
  EXPECT_TRUE(lost);
}

TEST_F(LinkMonitorTest, IsSilentOnceDestroyed) {
  settle();
  other().set_mtu("weft.1", 1200);
  monitor_.reset();
  EXPECT_FALSE(woken());
}

}  // namespace

}  // namespace weft::test
