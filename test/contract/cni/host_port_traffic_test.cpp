// hostPorts with real packets, for both families, TCP and UDP.
#include "test/contract/cni/host_port_node.h"
#include "test/support/nft_tool.h"

#include <filesystem>
#include <tuple>

namespace weft::test {
namespace {

class HostPortTraffic : public HostPortNode,
                        public ::testing::WithParamInterface<std::tuple<Family, Transport, const char*>> {
 protected:
  HostPortTraffic() {
    config_["mode"] = mode();
    // Most nodes have no br_netfilter, or have it off; with it bridged packets come by the node's rules after all.
    for (const char* sysctl : {"bridge/bridge-nf-call-iptables", "bridge/bridge-nf-call-ip6tables"}) {
      if (std::filesystem::exists("/proc/sys/net/" + std::string(sysctl))) write_sysctl(sysctl, "0");
    }
    want_ports({mapping(8080, 80, protocol())});
    addresses_ = add("a");
  }

  [[nodiscard]] static Family family() { return std::get<0>(GetParam()); }
  [[nodiscard]] static Transport transport() { return std::get<1>(GetParam()); }
  [[nodiscard]] static const char* protocol() { return transport() == Transport::tcp ? "tcp" : "udp"; }
  [[nodiscard]] static std::string mode() { return std::get<2>(GetParam()); }
  [[nodiscard]] const IpAddress& pod_address() const { return of(family(), addresses_); }
  [[nodiscard]] Server server_in_pod() const {
    return pod_.run([&] { return Server(transport(), pod_address(), 80); });
  }
  [[nodiscard]] static std::string ask_node(Server& server) { return ask(server, node(family()), 8080); }

  NetworkNamespace pod_ = new_pod("a");
  std::vector<IpAddress> addresses_;
};

TEST_P(HostPortTraffic, AnotherHostReachesThePodAndIsSeenAsItself) {
  Server server = server_in_pod();
  EXPECT_EQ(outside_.run([&] { return ask_node(server); }), outside(family()).to_string());
}

TEST_P(HostPortTraffic, TheNodeReachesThePodByItsOwnAddress) {
  Server server = server_in_pod();
  // Which of its addresses a host sends from is its own affair.
  const std::string asker = ask_node(server);
  EXPECT_TRUE(asker == node(family()).to_string() || mode() == "bridge") << asker;
  EXPECT_TRUE(IpAddress::parse(asker)) << asker;
}

TEST_P(HostPortTraffic, ThePodReachesItselfThroughTheNode) {
  Server server = server_in_pod();
  const std::string asker = pod_.run([&] { return ask_node(server); });
  EXPECT_NE(asker, pod_address().to_string()) << "the pod cannot answer itself";
  EXPECT_TRUE(IpAddress::parse(asker)) << asker;
}

TEST_P(HostPortTraffic, AnotherPodOfTheNodeReachesThePod) {
  config_.erase("runtimeConfig");
  const NetworkNamespace b = new_pod("b");
  const auto other = add("b");
  Server server = server_in_pod();
  // On a bridge the answer would not come by the node if the question did not.
  const std::string bridge = family() == Family::v4 ? "10.244.7.1" : "fd00:10:244:7::1";
  EXPECT_EQ(b.run([&] { return ask_node(server); }), mode() == "bridge" ? bridge : of(family(), other).to_string());
}

TEST_P(HostPortTraffic, AfterDelThePortIsClosed) {
  ASSERT_EQ(run("DEL", "a").exit_code, 0);
  EXPECT_TRUE(outside_.run([&] {
    Client client(transport(), node(family()), 8080);
    if (transport() == Transport::udp) client.send();
    return client.is_refused();
  }));
}

// IPv4 only: the kernel sends nothing from ::1.
TEST_P(HostPortTraffic, ProcessesOfTheNodeReachThePodByTheLoopback) {
  if (family() == Family::v6) {
    EXPECT_TRUE(transport() == Transport::udp || Client(transport(), ip("::1"), 8080).is_refused());
    return;
  }
  Server server = server_in_pod();
  EXPECT_TRUE(IpAddress::parse(ask(server, ip("127.0.0.1"), 8080)));
}

// CVE-2025-67499: a plugin took all packets to the port, wherever they were going.
TEST_P(HostPortTraffic, Cve2025_67499_PacketsToOtherHostsAreNotTaken) {
  Server server = far_.run([&] { return Server(transport(), far(family()), 8080); });
  EXPECT_EQ(outside_.run([&] { return ask(server, far(family()), 8080); }), outside(family()).to_string())
      << "forwarded by the node";
  EXPECT_TRUE(IpAddress::parse(ask(server, far(family()), 8080))) << "sent by the node";
  EXPECT_EQ(pod_.run([&] { return ask(server, far(family()), 8080); }), pod_address().to_string()) << "sent by a pod";
}

// CVE-2019-9946: a plugin's rules came before kube-proxy's, and took the node ports of services.
TEST_P(HostPortTraffic, Cve2019_9946_AServiceOfTheSamePortComesFirst) {
  const std::string ip_word = family() == Family::v4 ? "ip" : "ip6";
  const std::string target = family() == Family::v4 ? kFar4 : "[" + std::string(kFar6) + "]";
  nft_run(
      "add table inet proxy; add chain inet proxy services { type nat hook prerouting priority dstnat; }; "
      "add rule inet proxy services " +
      ip_word + " daddr " + node(family()).to_string() + " " + protocol() + " dport 8080 dnat " + ip_word + " to " +
      target + ":80");
  Server service = far_.run([&] { return Server(transport(), far(family()), 80); });
  EXPECT_EQ(outside_.run([&] { return ask_node(service); }), outside(family()).to_string());
}

INSTANTIATE_TEST_SUITE_P(All, HostPortTraffic,
                         ::testing::Combine(::testing::Values(Family::v4, Family::v6),
                                            ::testing::Values(Transport::tcp, Transport::udp),
                                            ::testing::Values("ptp", "bridge")),
                         [](const auto& tested) {
                           return std::string(to_string(std::get<0>(tested.param))) +
                                  (std::get<1>(tested.param) == Transport::tcp ? "Tcp" : "Udp") +
                                  (std::get<2>(tested.param) == std::string("ptp") ? "Ptp" : "Bridge");
                         });

}  // namespace
}  // namespace weft::test
