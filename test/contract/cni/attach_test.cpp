#include "backend/netlink/find_link.h"
#include "backend/netlink/requests.h"
#include "backend/netlink/socket.h"
#include "test/contract/cni/cni_node.h"
#include "test/support/cni/kernel_snapshot.h"
#include "test/support/cni/udp.h"

#include <cerrno>
#include <fstream>

#include <linux/rtnetlink.h>

namespace weft::test {
namespace {

class AttachTest : public CniNodeTest {};

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

void write(const std::string& path, const char* value) { std::ofstream(path) << value; }

netlink::LinkRecord link_here(const std::string& name) {
  auto socket = netlink::Socket::open(NETLINK_ROUTE).value();
  return netlink::get_link(socket, name).value();
}

TEST_F(AttachTest, PodsReachEachOtherAndTheNodeOverBothFamilies) {
  const NetworkNamespace a = new_pod("a");
  const NetworkNamespace b = new_pod("b");
  const auto addresses_a = add("a");
  const auto addresses_b = add("b");
  ASSERT_EQ(addresses_a.size(), 2U);
  ASSERT_EQ(addresses_b.size(), 2U);
  for (std::size_t family = 0; family < 2; ++family) {
    UdpEnd end_a = a.run([&] { return UdpEnd(addresses_a[family]); });
    UdpEnd end_b = b.run([&] { return UdpEnd(addresses_b[family]); });
    UdpEnd node(ip(family == 0 ? kNodeAddress4 : kNodeAddress6));
    EXPECT_TRUE(end_a.exchange(end_b)) << "pod to pod, " << end_a.error();
    EXPECT_TRUE(end_a.exchange(node)) << "pod to node, " << end_a.error();
    EXPECT_TRUE(node.exchange(end_b)) << "node to pod, " << node.error();
  }
}

// The kernel finishes a link some time after it has said that it is up.
TEST_F(AttachTest, TheVeryFirstPacketPasses) {
  UdpEnd node(ip(kNodeAddress6));
  for (int round = 0; round < 30; ++round) {
    const NetworkNamespace pod = new_pod("a");
    const auto addresses = add("a");
    UdpEnd end = pod.run([&] { return UdpEnd(addresses.at(1)); });
    ASSERT_TRUE(round % 2 == 0 ? node.exchange(end) : end.exchange(node)) << "round " << round;
    ASSERT_EQ(run("DEL", "a").exit_code, 0);
  }
}

TEST_F(AttachTest, PacketsOfTheMtuPassAndOneByteMoreIsRefused) {
  constexpr std::size_t kHeaders4 = 20 + 8;
  constexpr std::size_t kHeaders6 = 40 + 8;
  const NetworkNamespace a = new_pod("a");
  const NetworkNamespace b = new_pod("b");
  const auto addresses_a = add("a");
  const auto addresses_b = add("b");
  const std::vector sizes = {1450 - kHeaders4, 1430 - kHeaders6};
  for (std::size_t family = 0; family < 2; ++family) {
    const std::size_t size = sizes[family];
    UdpEnd end_a = a.run([&] { return UdpEnd(addresses_a.at(family)); });
    UdpEnd end_b = b.run([&] { return UdpEnd(addresses_b.at(family)); });
    EXPECT_TRUE(end_a.exchange(end_b, size)) << end_a.error();
    EXPECT_FALSE(end_a.exchange(end_b, size + 1));
    EXPECT_EQ(end_a.error(), EMSGSIZE);
  }
}

TEST_F(AttachTest, TheResultDescribesWhatWasMade) {
  const NetworkNamespace pod = new_pod("a");
  const auto result = run("ADD", "a").json();
  ASSERT_EQ(result.value("cniVersion", ""), "1.1.0") << result;
  const auto& host = result.at("interfaces").at(0);
  const auto& inside = result.at("interfaces").at(1);
  EXPECT_FALSE(host.contains("sandbox"));
  EXPECT_EQ(inside.at("sandbox"), pod.path());
  EXPECT_EQ(inside.at("name"), "eth0");
  const auto host_link = link_here(host.at("name"));
  const auto pod_link = pod.run([] { return link_here("eth0"); });
  EXPECT_EQ(host.at("mac"), host_link.mac.to_string());
  EXPECT_EQ(inside.at("mac"), pod_link.mac.to_string());
  EXPECT_EQ(inside.at("mtu"), 1450);
  EXPECT_EQ(host_link.mtu, 1450U);
  EXPECT_EQ(pod_link.mtu, 1450U);
  EXPECT_EQ(result.at("ips").at(0).at("interface"), 1);
  EXPECT_EQ(result.at("ips").at(0).at("address"), "10.244.7.2/32");
  EXPECT_EQ(result.at("ips").at(1).at("address"), "fd00:10:244:7::2/128");
}

TEST_F(AttachTest, OneFamilyIsEnough) {
  write_subnet_env("10.244.7.1/24", "");
  const NetworkNamespace a = new_pod("a");
  EXPECT_EQ(add("a"), std::vector{ip("10.244.7.2")});
  write_subnet_env("", "fd00:10:244:7::1/64");
  const NetworkNamespace b = new_pod("b");
  EXPECT_EQ(add("b"), std::vector{ip("fd00:10:244:7::2")});
}

TEST_F(AttachTest, TheConfigurationsMtuComesFirst) {
  config_["mtu"] = 1300;
  const NetworkNamespace pod = new_pod("a");
  add("a");
  EXPECT_EQ(pod.run([] { return link_here("eth0").mtu; }), 1300U);
}

TEST_F(AttachTest, SwitchesForwardingOnAndKeepsRouterAdvertisements) {
  ASSERT_EQ(content_of("/proc/sys/net/ipv6/conf/all/forwarding"), "0");
  netlink::Message message;
  auto socket = netlink::Socket::open(NETLINK_ROUTE).value();
  message.start(RTM_NEWLINK, NLM_F_CREATE, ifinfomsg{});
  message.put_string(IFLA_IFNAME, "uplink");
  {
    const auto info = message.nest(IFLA_LINKINFO);
    message.put_string(IFLA_INFO_KIND, "veth");
  }
  ASSERT_TRUE(socket.request(message));
  ASSERT_EQ(content_of("/proc/sys/net/ipv6/conf/uplink/accept_ra"), "1");
  const NetworkNamespace pod = new_pod("a");
  add("a");
  EXPECT_EQ(content_of("/proc/sys/net/ipv4/ip_forward"), "1");
  EXPECT_EQ(content_of("/proc/sys/net/ipv6/conf/all/forwarding"), "1");
  EXPECT_EQ(content_of("/proc/sys/net/ipv6/conf/uplink/accept_ra"), "2");
}

TEST_F(AttachTest, ThePodCannotChangeTheHostsRoutes) {
  const NetworkNamespace pod = new_pod("a");
  const std::string host = run("ADD", "a").json().at("interfaces").at(0).at("name");
  EXPECT_EQ(content_of("/proc/sys/net/ipv6/conf/" + host + "/accept_ra"), "0");
  EXPECT_EQ(content_of("/proc/sys/net/ipv6/conf/" + host + "/accept_redirects"), "0");
  EXPECT_EQ(content_of("/proc/sys/net/ipv4/conf/" + host + "/accept_redirects"), "0");
}

TEST_F(AttachTest, WorksWhereTheRuntimeHasSwitchedIpv6Off) {
  const NetworkNamespace a = new_pod("a");
  const NetworkNamespace b = new_pod("b");
  a.run([] { write("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1"); });
  a.run([] { write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1"); });
  UdpEnd end_a = UdpEnd(a.run([&, addresses = add("a")] { return UdpEnd(addresses.at(1)); }));
  UdpEnd end_b = UdpEnd(b.run([&, addresses = add("b")] { return UdpEnd(addresses.at(1)); }));
  EXPECT_TRUE(end_a.exchange(end_b));
}

TEST_F(AttachTest, ASecondAddIsRefusedAndTheFirstPodKeepsItsNetwork) {
  const NetworkNamespace pod = new_pod("a");
  const auto addresses = add("a");
  const auto before = kernel_snapshot();
  const PluginAnswer again = run("ADD", "a");
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_EQ(again.code(), 102) << again.output;
  EXPECT_EQ(kernel_snapshot(), before);
  UdpEnd inside = pod.run([&] { return UdpEnd(addresses[0]); });
  UdpEnd node(ip(kNodeAddress4));
  EXPECT_TRUE(inside.exchange(node));
}

TEST_F(AttachTest, AnInterfaceThatIsThereAlreadyIsAnErrorThatLeavesNothing) {
  const NetworkNamespace pod = new_pod("a");
  auto call_lo = call("ADD", "a");
  call_lo.environment["CNI_IFNAME"] = "lo";
  const auto before = kernel_snapshot();
  const PluginAnswer answer = run_plugin(call_lo);
  EXPECT_EQ(answer.code(), 102) << answer.output;
  EXPECT_EQ(kernel_snapshot(), before);
  EXPECT_EQ(ledger_files(), std::set<std::string>{});
}

TEST_F(AttachTest, AnAddressRoutedElsewhereIsNotTakenFromItsOwner) {
  netlink::RouteRecord foreign;
  foreign.destination = IpPrefix::parse("fd00:10:244:7::2/128").value();
  foreign.hop.link = 1;
  netlink::Message message;
  write_put(message, foreign);
  ASSERT_TRUE(netlink::Socket::open(NETLINK_ROUTE).value().request(message));
  const NetworkNamespace pod = new_pod("a");
  const auto before = kernel_snapshot();
  const PluginAnswer refused = run("ADD", "a");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.message().find("File exists"), std::string::npos) << refused.output;
  EXPECT_EQ(kernel_snapshot(), before);
  EXPECT_EQ(pod.run([] { return kernel_snapshot().size(); }), 1U) << "only lo";
  EXPECT_EQ(ledger_files(), std::set<std::string>{});
  EXPECT_EQ(add("a").at(1).to_string(), "fd00:10:244:7::3") << "the next attempt takes the next address";
}

TEST_F(AttachTest, WithoutALeaseSaysToTryLaterAndWhereToLook) {
  remove_subnet_env();
  const NetworkNamespace pod = new_pod("a");
  const PluginAnswer answer = run("ADD", "a");
  EXPECT_EQ(answer.code(), 11);
  EXPECT_NE(answer.message().find("subnet.env does not exist: weftd has no subnet"), std::string::npos);
  EXPECT_EQ(ledger_files(), std::set<std::string>{});
}

TEST_F(AttachTest, TheNodesOwnNamespaceIsRefused) {
  const auto before = kernel_snapshot();
  for (const char* verb : {"ADD", "DEL", "CHECK"}) {
    auto own = call(verb, "a");
    own.environment["CNI_NETNS"] = "/proc/self/ns/net";
    EXPECT_EQ(run_plugin(own).code(), 8) << verb;
  }
  EXPECT_EQ(kernel_snapshot(), before);
}

TEST_F(AttachTest, WhatIsNoNamespaceIsRefused) {
  write(pod_path("file"), "");
  for (const std::string& path : {pod_path("missing"), pod_path("file"), std::string("/proc/self/ns/mnt")}) {
    auto wrong = call("ADD", "a");
    wrong.environment["CNI_NETNS"] = path;
    const PluginAnswer answer = run_plugin(wrong);
    EXPECT_EQ(answer.code(), 4) << answer.output;
    EXPECT_NE(answer.message().find(path), std::string::npos);
  }
  EXPECT_EQ(ledger_files(), std::set<std::string>{});
}

}  // namespace
}  // namespace weft::test
