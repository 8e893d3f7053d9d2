// The real kernel behind the port: what the shared contract (kernel_contract.h) cannot say for the fake as well.
#include "backend/netlink_kernel.h"

#include "backend/netlink/listener.h"
#include "backend/netlink/records.h"
#include "test/contract/netlink_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <string>

#include <linux/rtnetlink.h>

namespace weft::test {

namespace {

using testing::HasSubstr;

class NetlinkKernelTest : public NetlinkFixture {};

TEST_F(NetlinkKernelTest, CreatesWhatItIsToldAndReadsItBack) {
  apply_all(sample_state());
  EXPECT_EQ(own(), sample_state());
}

TEST_F(NetlinkKernelTest, PuttingTwiceIsPuttingOnce) {
  apply_all(sample_state());
  apply_all(sample_state());
  EXPECT_EQ(own(), sample_state());
}

// udev's MACAddressPolicy changes an address that the kernel has chosen, as soon as it hears of the device.
TEST_F(NetlinkKernelTest, NobodyEverSeesADeviceWithAnotherMac) {
  constexpr int kGroups[] = {RTNLGRP_LINK};
  auto listener = netlink::Listener::open(NETLINK_ROUTE, kGroups, {});
  ASSERT_TRUE(listener);
  apply_all(sample_state());
  std::set<std::string> seen;
  for (auto datagram = listener->next(); datagram && *datagram; datagram = listener->next()) {
    netlink::MessageReader reader(**datagram);
    while (const auto view = reader.next()) {
      const auto link = netlink::parse_link(*view);
      if (!link || !link->vxlan) continue;
      seen.insert(link->name + " " + link->mac.to_string() + (link->vxlan->learning ? " learns" : ""));
    }
  }
  EXPECT_EQ(seen, (std::set<std::string>{"weft.1 0a:58:00:00:00:01", "weft-v6.1 0a:58:00:00:00:02"}));
}

TEST_F(NetlinkKernelTest, DeviceHasNoLinkLocalAddress) {
  apply_all(sample_state());
  const auto facts = kernel().read_facts();
  ASSERT_TRUE(facts);
  for (const auto& entry : facts->addresses) {
    EXPECT_FALSE(entry.link.starts_with("weft") && entry.address.is_link_local()) << entry.address.to_string();
  }
}

TEST_F(NetlinkKernelTest, WhatADeletedDeviceTookComesBack) {
  apply_all(sample_state());
  other().remove_link("weft.1");
  EXPECT_EQ(own().links.size(), 1U);
  apply_all(sample_state());
  EXPECT_EQ(own(), sample_state());
}

TEST_F(NetlinkKernelTest, WhatADeviceSetDownLostComesBack) {
  apply_all(sample_state());
  other().set_up("weft.1", false);
  other().set_up("weft-v6.1", false);
  EXPECT_NE(own(), sample_state());
  apply_all(sample_state());
  EXPECT_EQ(own(), sample_state());
}

TEST_F(NetlinkKernelTest, MtuAndMacAreChangedInPlace) {
  apply_all(sample_state());
  const int before = other().index_of("weft.1");
  other().set_mtu("weft.1", 1200);
  other().set_mac("weft.1", mac("0a:58:00:00:00:99"));
  EXPECT_NE(own().links, sample_state().links);
  apply_all(sample_state());
  EXPECT_EQ(own(), sample_state());
  EXPECT_EQ(other().index_of("weft.1"), before);
}

TEST_F(NetlinkKernelTest, RemovedEntriesComeBack) {
  const KernelState state = sample_state();
  apply_all(state);
  for (const auto& route : state.routes) other().remove_route(route);
  for (const auto& neighbour : state.neighbours) other().remove(neighbour);
  for (const auto& entry : state.fdb) other().remove(entry);
  EXPECT_TRUE(own().routes.empty() && own().neighbours.empty() && own().fdb.empty());
  apply_all(state);
  EXPECT_EQ(own(), state);
}

TEST_F(NetlinkKernelTest, RemovingWhatIsGoneSucceeds) {
  const KernelState state = sample_state();
  apply_all(state);
  remove_all(state);
  EXPECT_EQ(own(), KernelState{});
  remove_all(state);  // the devices have gone too
}

TEST_F(NetlinkKernelTest, RemovingEntriesThatAreGoneFromALiveDeviceSucceeds) {
  KernelState state = sample_state();
  apply_all({.links = state.links, .addresses = {}, .neighbours = {}, .fdb = {}, .routes = {}});
  state.links.clear();
  remove_all(state);
}

TEST_F(NetlinkKernelTest, OtherFixedAttributesAreExist) {
  apply_all(sample_state());
  Link link = sample_link_v4();
  link.vxlan->local = address("192.0.2.2");
  const auto results = apply({{Verb::put, link}});
  ASSERT_FALSE(results[0]);
  EXPECT_EQ(results[0].error().code, EEXIST);
  EXPECT_THAT(results[0].error().message, HasSubstr("removed first"));
}

TEST_F(NetlinkKernelTest, AnotherOwnersVniAndPortIsNamed) {
  other().add_vxlan("flannel.1", 1, 8472, "up0");
  const auto results = apply({{Verb::put, sample_link_v4()}});
  ASSERT_FALSE(results[0]);
  EXPECT_EQ(results[0].error().code, EEXIST);
  EXPECT_THAT(results[0].error().message, HasSubstr("flannel.1"));
  EXPECT_THAT(results[0].error().message, HasSubstr("Backend.VNI"));
}

TEST_F(NetlinkKernelTest, OurOwnDeviceOfTheOtherFamilyIsNotTakenForTheOwner) {
  KernelState v4;
  v4.links = {sample_link_v4()};
  apply_all(v4);
  KernelState v6 = sample_state();
  std::erase(v6.links, sample_link_v4());
  apply_all({.links = v6.links});
  other().remove_link("weft-v6.1");
  Link theirs = v6.links.front();
  theirs.name = "flannel-v6.1";
  apply_all({.links = {theirs}});
  const auto results = apply({{Verb::put, v6.links.front()}});
  ASSERT_FALSE(results[0]);
  EXPECT_THAT(results[0].error().message, HasSubstr("device flannel-v6.1"));
}

TEST_F(NetlinkKernelTest, ADeviceOfAnotherKindWithOurNameIsShownAndRemoved) {
  other().add_bridge("weft.1");
  const auto links = own().links;
  ASSERT_EQ(links.size(), 1U);
  EXPECT_FALSE(links[0].vxlan);
  const auto results = apply({{Verb::put, sample_link_v4()}});
  ASSERT_FALSE(results[0]);
  EXPECT_EQ(results[0].error().code, EEXIST);
  ASSERT_TRUE(apply({{Verb::remove, links[0]}})[0]);
  apply_all(sample_state());
}

TEST_F(NetlinkKernelTest, UnknownUplinkIsNamed) {
  Link link = sample_link_v4();
  link.vxlan->uplink = "eth7";
  const auto results = apply({{Verb::put, link}});
  ASSERT_FALSE(results[0]);
  EXPECT_EQ(results[0].error().code, ENODEV);
  EXPECT_THAT(results[0].error().message, HasSubstr("eth7"));
}

TEST_F(NetlinkKernelTest, UnknownDeviceIsNamed) {
  const auto results = apply({{Verb::put, sample_state().routes[0]}});
  ASSERT_FALSE(results[0]);
  EXPECT_EQ(results[0].error().code, ENODEV);
  EXPECT_THAT(results[0].error().message, HasSubstr("no device weft"));
}

TEST_F(NetlinkKernelTest, OneFailureAmongManyHitsOnlyItself) {
  apply_all(sample_state());
  std::vector<Operation> operations;
  for (unsigned i = 0; i < 300; ++i) operations.push_back({Verb::put, peer_route(i)});
  for (const std::size_t i : {0U, 127U, 150U, 299U}) std::get<Route>(operations[i].object).onlink = false;
  const auto results = apply(operations);
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(bool(results[i]), i != 0 && i != 127 && i != 150 && i != 299) << i;
  }
  EXPECT_EQ(results[150].error().code, ENETUNREACH);
  EXPECT_THAT(results[150].error().message, HasSubstr("Nexthop has invalid gateway"));
  EXPECT_EQ(own().routes.size(), sample_state().routes.size() + 296);
}

}  // namespace

}  // namespace weft::test
