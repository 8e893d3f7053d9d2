// hostPorts: which addresses, which pods, and what becomes of them.
#include "test/contract/cni/host_port_node.h"
#include "test/support/cni/kernel_snapshot.h"
#include "test/support/nft_tool.h"

#include <fstream>

namespace weft::test {
namespace {

std::string sysctl(const std::string& name) {
  std::ifstream file("/proc/sys/net/" + name);
  std::string value;
  std::getline(file, value);
  return value;
}

class HostPortTest : public HostPortNode {
 protected:
  NetworkNamespace a_ = new_pod("a");
  NetworkNamespace b_ = new_pod("b");

  Server server_in(const NetworkNamespace& pod, const IpAddress& address, std::uint16_t port = 80,
                   Transport transport = Transport::tcp) {
    return pod.run([&] { return Server(transport, address, port); });
  }
  static std::string link_of(const PluginAnswer& answer) { return answer.json().at("interfaces").at(0).at("name"); }
};

TEST_F(HostPortTest, ProcessesOfTheNodeReachThePodBy127001) {
  want_ports({mapping(8080, 80), mapping(53, 53, "udp")});
  const auto addresses = add("a");
  Server tcp = server_in(a_, addresses[0]);
  EXPECT_TRUE(IpAddress::parse(ask(tcp, ip("127.0.0.1"), 8080)));
  Server udp = server_in(a_, addresses[0], 53, Transport::udp);
  EXPECT_TRUE(IpAddress::parse(ask(udp, ip("127.0.0.1"), 53)));
}

// The kernel sends nothing from ::1, so the answer is "refused", at once, and clients turn to 127.0.0.1.
TEST_F(HostPortTest, TheIpv6LoopbackRefusesAtOnce) {
  want_ports({mapping(8080, 80)});
  add("a");
  EXPECT_TRUE(Client(Transport::tcp, ip("::1"), 8080).is_refused());
}

TEST_F(HostPortTest, RouteLocalnetIsOnlyWhereItIsNeeded) {
  const std::string plain = link_of(run("ADD", "a"));
  want_ports({mapping(8080, 80)});
  const std::string with_port = link_of(run("ADD", "b"));
  EXPECT_EQ(sysctl("ipv4/conf/" + plain + "/route_localnet"), "0");
  EXPECT_EQ(sysctl("ipv4/conf/" + with_port + "/route_localnet"), "1");
  EXPECT_EQ(sysctl("ipv4/conf/all/route_localnet"), "0");
  ASSERT_EQ(run("DEL", "a").exit_code, 0);
  want_ports({mapping(8081, 80, "tcp", kNodeAddress4)});
  EXPECT_EQ(sysctl("ipv4/conf/" + link_of(run("ADD", "a")) + "/route_localnet"), "0");
}

TEST_F(HostPortTest, APortOfOneAddressIsClosedAtOthersAndComesBeforeThatOfAll) {
  want_ports({mapping(8080, 80, "tcp", kNodeAddress4), mapping(8081, 80, "tcp", kNodeAddress6)});
  const auto specific = add("a");
  want_ports({mapping(8080, 80)});
  const auto general = add("b");
  Server a = server_in(a_, specific[0]);
  EXPECT_EQ(outside_.run([&] { return ask(a, ip(kNodeAddress4), 8080); }), kOutside4);
  Server b = server_in(b_, general[0]);
  EXPECT_EQ(outside_.run([&] { return ask(b, ip("198.51.100.1"), 8080); }), kOutside4);
  Server a6 = server_in(a_, specific[1]);
  EXPECT_EQ(outside_.run([&] { return ask(a6, ip(kNodeAddress6), 8081); }), kOutside6);
  EXPECT_TRUE(outside_.run([&] { return Client(Transport::tcp, ip("2001:db8:51::1"), 8081).is_refused(); }));
}

TEST_F(HostPortTest, AnUnspecifiedAddressMeansAllOfItsFamily) {
  want_ports({mapping(8080, 80, "tcp", "0.0.0.0"), mapping(8081, 80, "tcp", "::")});
  const auto addresses = add("a");
  Server v4 = server_in(a_, addresses[0]);
  EXPECT_EQ(outside_.run([&] { return ask(v4, ip(kNodeAddress4), 8080); }), kOutside4);
  Server v6 = server_in(a_, addresses[1]);
  EXPECT_EQ(outside_.run([&] { return ask(v6, ip(kNodeAddress6), 8081); }), kOutside6);
  EXPECT_TRUE(outside_.run([&] { return Client(Transport::tcp, ip(kNodeAddress6), 8080).is_refused(); }));
  EXPECT_TRUE(outside_.run([&] { return Client(Transport::tcp, ip(kNodeAddress4), 8081).is_refused(); }));
}

// CVE-2020-8558: where route_localnet is on, neighbours reach services that listen on 127.0.0.1 only.
TEST_F(HostPortTest, Cve2020_8558_NobodyElseReachesTheLoopback) {
  want_ports({mapping(8080, 80)});
  add("a");
  write_sysctl("ipv4/conf/all/route_localnet", "1");  // as kube-proxy does
  std::uint64_t dropped = counted("martian");
  for (const NetworkNamespace* attacker : {&outside_, &a_}) {
    attacker->run([&] {
      write_sysctl("ipv4/conf/eth0/route_localnet", "1");
      const std::string gateway = attacker == &a_ ? "169.254.1.1" : "198.51.100.1";
      run_ip("route add 127.0.0.1 via " + gateway + " dev eth0");
      Client(Transport::udp, ip("127.0.0.1"), 9999).send();
    });
    EXPECT_EQ(counted("martian"), ++dropped);
  }
}

TEST_F(HostPortTest, ASecondPodForThePortIsRefusedAndTheFirstIsNamed) {
  want_ports({mapping(8080, 80), mapping(9090, 90, "udp", kNodeAddress6)});
  const auto first = add("a");
  const auto before = kernel_snapshot();
  const auto files = ledger_files();
  want_ports({mapping(8079, 80), mapping(8080, 81)});
  PluginAnswer answer = run("ADD", "b");
  EXPECT_EQ(answer.code(), 104) << answer.output;
  EXPECT_NE(answer.message().find("hostPort 8080/tcp is taken by pod default/a (container a)"), std::string::npos)
      << answer.output;
  EXPECT_EQ(kernel_snapshot(), before);
  EXPECT_EQ(ledger_files(), files);
  want_ports({mapping(9090, 90, "udp", kNodeAddress6)});
  answer = run("ADD", "b");
  EXPECT_NE(answer.message().find("hostPort 9090/udp at 2001:db8::1 is taken by pod default/a"), std::string::npos)
      << answer.output;
  Server server = server_in(a_, first[0]);
  EXPECT_EQ(outside_.run([&] { return ask(server, ip(kNodeAddress4), 8080); }), kOutside4);
}

// As Kubernetes' conformance suite wants it: one port number, three pods.
TEST_F(HostPortTest, OtherAddressesAndProtocolsAreNoConflict) {
  want_ports({mapping(8080, 80, "tcp", "127.0.0.1")});
  add("a");
  want_ports({mapping(8080, 80, "tcp", kNodeAddress4)});
  add("b");
  const NetworkNamespace c = new_pod("c");
  want_ports({mapping(8080, 80, "udp", kNodeAddress4)});
  EXPECT_EQ(add("c").size(), 2U);
}

// Some releases of containerd never send DEL.
TEST_F(HostPortTest, APortOfADeadPodIsTakenOver) {
  want_ports({mapping(8080, 80)});
  {
    const NetworkNamespace dead = new_pod("dead");
    add("dead");
    dead.run([] { run_ip("link del eth0"); });
  }
  const auto addresses = add("a");
  Server server = server_in(a_, addresses.at(0));
  EXPECT_EQ(outside_.run([&] { return ask(server, ip(kNodeAddress4), 8080); }), kOutside4);
  // The late DEL takes nothing from its successor.
  ASSERT_EQ(run("DEL", "dead").exit_code, 0);
  EXPECT_EQ(outside_.run([&] { return ask(server, ip(kNodeAddress4), 8080); }), kOutside4);
}

TEST_F(HostPortTest, APortThatNoEntryStandsForIsTakenOver) {
  want_ports({mapping(8080, 80)});
  add("a");
  std::filesystem::remove_all(data_directory());
  // The ledger is lost, and with it who has which address: the next pod must get another one.
  ASSERT_EQ(run("DEL", "a").exit_code, 0);
  write_subnet_env("10.244.8.1/24", "fd00:10:244:8::1/64");
  const auto addresses = add("b");
  Server server = server_in(b_, addresses.at(0));
  EXPECT_EQ(outside_.run([&] { return ask(server, ip(kNodeAddress4), 8080); }), kOutside4);
}

TEST_F(HostPortTest, AClientThatSentTooEarlyReachesThePod) {
  for (const Family family : {Family::v4, Family::v6}) {
    config_.erase("runtimeConfig");
    Client client = outside_.run([&] { return Client(Transport::udp, node(family), 5353, outside(family), 4444); });
    client.send();
    ASSERT_TRUE(client.is_refused());
    want_ports({mapping(5353, 53, "udp")});
    const auto first = add("a");
    Server a = server_in(a_, of(family, first), 53, Transport::udp);
    EXPECT_EQ(client.ask(a), outside(family).to_string());
    // The pod is replaced, and the client goes on.
    ASSERT_EQ(run("DEL", "a").exit_code, 0);
    const auto second = add("b");
    Server b = server_in(b_, of(family, second), 53, Transport::udp);
    EXPECT_EQ(client.ask(b), outside(family).to_string());
    ASSERT_EQ(run("DEL", "b").exit_code, 0);
  }
}

// So many that one look at all flows is cheaper.
TEST_F(HostPortTest, AClientOfAPodWithManyPortsReachesItToo) {
  Client client = outside_.run([&] { return Client(Transport::udp, ip(kNodeAddress4), 5353, ip(kOutside4), 4444); });
  client.send();
  ASSERT_TRUE(client.is_refused());
  want_ports({mapping(5353, 53, "udp")});
  for (int port = 6000; port < 6040; ++port) {
    config_["runtimeConfig"]["portMappings"].push_back(mapping(port, port, "udp"));
  }
  const auto first = add("a");
  Server a = server_in(a_, first[0], 53, Transport::udp);
  EXPECT_EQ(client.ask(a), kOutside4);
  ASSERT_EQ(run("DEL", "a").exit_code, 0);
  const auto second = add("b");
  Server b = server_in(b_, second[0], 53, Transport::udp);
  EXPECT_EQ(client.ask(b), kOutside4);
}

// A flow to the same port of another host is none of the plugin's business.
TEST_F(HostPortTest, FlowsThroughTheNodeAreNotForgotten) {
  nft_run(
      "add table ip nat; add chain ip nat post { type nat hook postrouting priority srcnat; }; "
      "add rule ip nat post ip saddr 198.51.100.9 meta l4proto udp masquerade to :20000-60000 fully-random");
  Server server = far_.run([&] { return Server(Transport::udp, ip(kFar4), 5353); });
  Client client = outside_.run([&] { return Client(Transport::udp, ip(kFar4), 5353); });
  client.send();
  want_ports({mapping(5353, 53, "udp")});
  add("a");
  ASSERT_TRUE(server.answer());
  EXPECT_EQ(client.ask(server), "203.0.113.1") << "the answer found its way back";
}

TEST_F(HostPortTest, DelAndGcLeaveNoElements) {
  const auto before = kernel_snapshot();
  want_ports({mapping(8080, 80), mapping(53, 53, "udp", kNodeAddress4), mapping(9, 9, "sctp", "::")});
  add("a");
  const auto with_a = kernel_snapshot();
  EXPECT_GE(with_a.size(), before.size() + 6);
  want_ports({mapping(8081, 80)});
  add("b");
  nlohmann::json config = config_;
  config["cni.dev/valid-attachments"] = nlohmann::json::array({{{"containerID", "a"}, {"ifname", "eth0"}}});
  const PluginAnswer gc = run_plugin({{{"CNI_COMMAND", "GC"}}, config.dump()});
  EXPECT_EQ(gc.exit_code, 0) << gc.output;
  EXPECT_EQ(kernel_snapshot(), with_a);
  // Without prevResult, and with another configuration.
  config_.erase("runtimeConfig");
  for (int round = 0; round < 2; ++round) {
    ASSERT_EQ(run("DEL", "a").exit_code, 0);
    EXPECT_EQ(kernel_snapshot(), before);
  }
}

TEST_F(HostPortTest, ALostTableComesBackWithTheNextPod) {
  want_ports({mapping(8080, 80)});
  const auto addresses = add("a");
  nft_run("delete table inet weft-pods");
  config_.erase("runtimeConfig");
  add("b");
  Server server = server_in(a_, addresses.at(0));
  EXPECT_EQ(outside_.run([&] { return ask(server, ip(kNodeAddress4), 8080); }), kOutside4);
}

TEST_F(HostPortTest, TheTableOfAnotherVersionIsReplacedAndOthersStay) {
  nft_run(
      "add table inet weft-pods; add chain inet weft-pods skeleton_0; add chain inet weft-pods other; "
      "add table inet weft");
  want_ports({mapping(8080, 80)});
  add("a");
  const std::string tables = nft_list("ruleset");
  EXPECT_EQ(tables.find("chain other"), std::string::npos);
  EXPECT_EQ(tables.find("skeleton_0 "), std::string::npos);
  EXPECT_NE(tables.find("table inet weft {"), std::string::npos);
  EXPECT_NE(tables.find("tcp . 8080 comment \"default/a\" : 10.244.7.2 . 80"), std::string::npos) << tables;
}

}  // namespace
}  // namespace weft::test
