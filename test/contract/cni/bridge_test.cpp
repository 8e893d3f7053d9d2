#include "cni-plugin/link_view.h"
#include "test/contract/cni/cni_node.h"
#include "test/support/cni/kernel_snapshot.h"
#include "test/support/cni/udp.h"
#include "test/support/kernel_objects.h"

#include <functional>

#include <linux/rtnetlink.h>

namespace weft::test {
namespace {

using cni::LinkView;
using netlink::Message;

LinkView link_here(const std::string& name) {
  OtherHand hand;
  const auto view = cni::read_link_view(hand.socket(), name).value();
  EXPECT_TRUE(view) << name;
  return view.value_or(LinkView());
}

void change_port(const std::string& name, const std::function<void(Message&)>& change) {
  OtherHand hand;
  Message message;
  ifinfomsg header{};
  header.ifi_index = hand.index_of(name);
  message.start(RTM_NEWLINK, 0, header);
  change(message);
  const auto done = hand.socket().request(message);
  ASSERT_TRUE(done) << done.error().message;
}

class BridgeTest : public CniNodeTest {
 protected:
  BridgeTest() { config_["mode"] = "bridge"; }

  // Whether the pod's first IPv4 and IPv6 address and the other ends can talk.
  static void expect_talk(const NetworkNamespace& pod, const std::vector<IpAddress>& addresses, UdpEnd& other) {
    for (const IpAddress& address : addresses) {
      if (address.family() != other.address().family()) continue;
      UdpEnd end = pod.run([&] { return UdpEnd(address); });
      EXPECT_TRUE(end.exchange(other)) << address.to_string() << " and " << other.address().to_string();
    }
  }
};

TEST_F(BridgeTest, PodsReachEachOtherAndTheNodeOverBothFamilies) {
  const NetworkNamespace a = new_pod("a");
  const NetworkNamespace b = new_pod("b");
  const auto addresses_a = add("a");
  const auto addresses_b = add("b");
  ASSERT_EQ(addresses_b.size(), 2U);
  for (std::size_t family = 0; family < 2; ++family) {
    UdpEnd end_b = b.run([&] { return UdpEnd(addresses_b[family]); });
    expect_talk(a, addresses_a, end_b);
    UdpEnd node(ip(family == 0 ? kNodeAddress4 : kNodeAddress6));
    expect_talk(a, addresses_a, node);
    EXPECT_TRUE(node.exchange(end_b));
  }
}

TEST_F(BridgeTest, TheResultDescribesBridgeHostEndAndPod) {
  const NetworkNamespace pod = new_pod("a");
  const auto result = run("ADD", "a").json();
  ASSERT_EQ(result.at("interfaces").size(), 3U) << result;
  const auto& bridge = result.at("interfaces").at(0);
  EXPECT_EQ(bridge.at("name"), "cni0");
  EXPECT_EQ(bridge.at("mac"), link_here("cni0").link.mac.to_string());
  EXPECT_FALSE(bridge.contains("sandbox"));
  EXPECT_FALSE(result.at("interfaces").at(1).contains("sandbox"));
  EXPECT_EQ(result.at("interfaces").at(2).at("sandbox"), pod.path());
  EXPECT_EQ(result.at("ips").at(0).at("interface"), 2);
  EXPECT_EQ(result.at("ips").at(0).at("address"), "10.244.7.2/24");
  EXPECT_EQ(result.at("ips").at(0).at("gateway"), "10.244.7.1");
  EXPECT_EQ(result.at("ips").at(1).at("address"), "fd00:10:244:7::2/64");
  EXPECT_EQ(result.at("ips").at(1).at("gateway"), "fd00:10:244:7::1");
}

TEST_F(BridgeTest, ThePortIsUpWithHairpin) {
  const NetworkNamespace pod = new_pod("a");
  const std::string host = run("ADD", "a").json().at("interfaces").at(1).at("name");
  const LinkView port = link_here(host);
  EXPECT_EQ(port.link.master, link_here("cni0").link.index);
  EXPECT_TRUE(port.link.hairpin);
  EXPECT_EQ(port.link.mtu, 1450U);
  EXPECT_EQ(link_here("cni0").link.mtu, 1450U);
}

TEST_F(BridgeTest, ItsHardwareAddressOutlivesEveryPod) {
  std::vector<NetworkNamespace> pods;
  pods.push_back(new_pod("first"));
  add("first");
  const MacAddress mac = link_here("cni0").link.mac;
  for (const char* name : {"a", "b", "c", "d"}) {
    pods.push_back(new_pod(name));
    add(name);
    EXPECT_EQ(link_here("cni0").link.mac, mac) << name;
  }
  for (const char* name : {"first", "a", "b", "c", "d"}) {
    ASSERT_EQ(run("DEL", name).exit_code, 0);
    EXPECT_EQ(link_here("cni0").link.mac, mac) << name;
  }
}

// Another tool's bridge, as the bridge plugin makes it: no pinned address, another MTU, down.
TEST_F(BridgeTest, ABridgeThatWasThereIsAdoptedAndPinned) {
  OtherHand hand;
  hand.add_bridge("cni0");
  hand.add_address("cni0", "203.0.113.1/24");
  hand.set_up("cni0", false);
  const NetworkNamespace a = new_pod("a");
  const auto addresses = add("a");
  UdpEnd node(ip(kNodeAddress4));
  expect_talk(a, addresses, node);
  const LinkView bridge = link_here("cni0");
  EXPECT_EQ(bridge.link.mtu, 1450U);
  EXPECT_TRUE(bridge.has_address(ip("203.0.113.1")));
  const NetworkNamespace b = new_pod("b");
  add("b");
  ASSERT_EQ(run("DEL", "a").exit_code, 0);
  EXPECT_EQ(link_here("cni0").link.mac, bridge.link.mac);
}

TEST_F(BridgeTest, AnotherKindOfLinkOfThatNameIsNotTouched) {
  OtherHand().add_veth("uplink");
  config_["bridge"] = "uplink";
  const NetworkNamespace pod = new_pod("a");
  const auto before = kernel_snapshot();
  const PluginAnswer answer = run("ADD", "a");
  EXPECT_EQ(answer.code(), 100);
  EXPECT_NE(answer.message().find("link uplink is no bridge but veth"), std::string::npos) << answer.output;
  EXPECT_EQ(kernel_snapshot(), before);
  EXPECT_EQ(ledger_files(), std::set<std::string>{});
}

// Elsewhere: "cni0" already has an IP address different from …
TEST_F(BridgeTest, AChangedLeaseKeepsTheOldPodsAlive) {
  const NetworkNamespace old_pod = new_pod("old");
  const auto old_addresses = add("old");
  write_subnet_env("10.244.9.1/24", "fd00:10:244:9::1/64");
  const NetworkNamespace new_one = new_pod("new");
  const auto new_addresses = add("new");
  ASSERT_EQ(new_addresses.at(0).to_string(), "10.244.9.2");
  for (std::size_t family = 0; family < 2; ++family) {
    UdpEnd end = new_one.run([&] { return UdpEnd(new_addresses[family]); });
    expect_talk(old_pod, old_addresses, end);
    UdpEnd node(ip(family == 0 ? kNodeAddress4 : kNodeAddress6));
    expect_talk(old_pod, old_addresses, node);
    expect_talk(new_one, new_addresses, node);
  }
  EXPECT_EQ(run("CHECK", "old").exit_code, 0) << run("CHECK", "old").output;

  OtherHand().add_address("cni0", "203.0.113.1/24");
  ASSERT_EQ(run("DEL", "old").exit_code, 0);
  const LinkView bridge = link_here("cni0");
  EXPECT_FALSE(bridge.has_address(ip("10.244.7.1"))) << "nobody is left who needs it";
  EXPECT_FALSE(bridge.has_address(ip("fd00:10:244:7::1")));
  EXPECT_TRUE(bridge.has_address(ip("10.244.9.1")));
  EXPECT_TRUE(bridge.has_address(ip("fd00:10:244:9::1")));
  EXPECT_TRUE(bridge.has_address(ip("203.0.113.1"))) << "somebody else's";
}

TEST_F(BridgeTest, IsolatedPodsReachTheNodeOnly) {
  config_["isolated"] = true;
  const NetworkNamespace a = new_pod("a");
  const NetworkNamespace b = new_pod("b");
  const auto addresses_a = add("a");
  const auto addresses_b = add("b");
  UdpEnd node(ip(kNodeAddress4));
  expect_talk(a, addresses_a, node);
  UdpEnd end_a = a.run([&] { return UdpEnd(addresses_a.at(0)); });
  UdpEnd end_b = b.run([&] { return UdpEnd(addresses_b.at(0)); });
  EXPECT_FALSE(end_a.exchange(end_b));
}

class BridgeCheckTest : public BridgeTest {
 protected:
  void SetUp() override {
    const PluginAnswer answer = run("ADD", "a");
    ASSERT_EQ(answer.exit_code, 0) << answer.output;
    host_ = answer.json().at("interfaces").at(1).at("name");
  }

  void expect_fault(const std::string& fault) const {
    const PluginAnswer answer = run("CHECK", "a");
    EXPECT_EQ(answer.code(), 103) << answer.output;
    EXPECT_NE(answer.output.find(fault), std::string::npos) << answer.output << "\nexpected: " << fault;
  }

  NetworkNamespace pod_ = new_pod("a");
  std::string host_;
};

TEST_F(BridgeCheckTest, IsContentAfterAdd) { EXPECT_EQ(run("CHECK", "a").output, ""); }

TEST_F(BridgeCheckTest, NamesABridgeThatIsDown) {
  OtherHand().set_up("cni0", false);
  expect_fault("bridge cni0 is down");
}

TEST_F(BridgeCheckTest, NamesAPortThatWasTakenOut) {
  change_port(host_, [](Message& message) { message.put_u32(IFLA_MASTER, 0); });
  expect_fault(host_ + " on the host is no port of bridge cni0");
}

TEST_F(BridgeCheckTest, NamesAMissingHairpin) {
  change_port(host_, [](Message& message) {
    const auto info = message.nest(IFLA_LINKINFO);
    message.put_string(IFLA_INFO_SLAVE_KIND, "bridge");
    const auto port = message.nest(IFLA_INFO_SLAVE_DATA);
    message.put_u8(IFLA_BRPORT_MODE, 0);
  });
  expect_fault(host_ + " on the host has no hairpin");
}

TEST_F(BridgeCheckTest, NamesAMissingGatewayAddress) {
  OtherHand().remove_address("cni0", "10.244.7.1/24");
  expect_fault("bridge cni0 has no gateway address for 10.244.7.2");
}

TEST_F(BridgeCheckTest, NamesAMissingBridge) {
  OtherHand().remove_link("cni0");
  expect_fault("there is no bridge cni0 on the host");
}

TEST_F(BridgeCheckTest, NamesWhatIsWrongInThePod) {
  pod_.run([] { OtherHand().remove_route({.destination = IpPrefix::parse("0.0.0.0/0").value(), .link = "eth0"}); });
  expect_fault("the pod has no default route by 10.244.7.1 on eth0");
}

}  // namespace
}  // namespace weft::test
