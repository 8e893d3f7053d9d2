// No pod sends from an address that is not its own.
#include "test/contract/cni/host_port_node.h"
#include "test/support/cni/socket_address.h"

#include <cerrno>

#include <net/if.h>

namespace weft::test {
namespace {

class SpoofingTest : public HostPortNode, public ::testing::WithParamInterface<Family> {
 protected:
  SpoofingTest() {
    const PluginAnswer answer = run("ADD", "a");
    host_link_ = answer.json().at("interfaces").at(0).at("name");
    a_addresses_ = addresses_of(answer);
    b_addresses_ = add("b");
    // Only the table stands between: the kernel's own check is off, as on many nodes.
    write_sysctl("ipv4/conf/all/rp_filter", "0");
  }
  // The pod takes the address and sends from it. The routes are its own business.
  void send_from(const IpAddress& source, const IpAddress& target) const {
    a_.run([&] {
      const std::string length = source.is_v4() ? "/32" : "/128 nodad";
      run_ip("addr replace " + source.to_string() + length + " dev eth0");
      Client(Transport::udp, target, 7000, source).send();
    });
  }

  NetworkNamespace a_ = new_pod("a");
  NetworkNamespace b_ = new_pod("b");
  std::string host_link_;
  std::vector<IpAddress> a_addresses_;
  std::vector<IpAddress> b_addresses_;
};

TEST_P(SpoofingTest, ForeignSourcesAreDroppedAndCounted) {
  const Family family = GetParam();
  Server victim = far_.run([&] { return Server(Transport::udp, far(family), 7000); });
  std::uint64_t dropped = counted("spoofed");
  // Another pod's, the node's, another host's, and one that nobody has.
  for (const IpAddress& source :
       {of(family, b_addresses_), node(family), outside(family), ip(family == Family::v4 ? "10.9.9.9" : "fd00:9::9")}) {
    send_from(source, far(family));
    EXPECT_EQ(counted("spoofed"), ++dropped) << source.to_string();
  }
  // The first packet that arrives is the pod's own: none of the others did.
  Client honest = a_.run([&] { return Client(Transport::udp, far(family), 7000, of(family, a_addresses_)); });
  EXPECT_EQ(honest.ask(victim), of(family, a_addresses_).to_string());
  EXPECT_EQ(counted("spoofed"), dropped);
}

TEST_P(SpoofingTest, TheNodeItselfIsProtectedToo) {
  const Family family = GetParam();
  send_from(outside(family), node(family));
  EXPECT_EQ(counted("spoofed"), 1U);
}

// A pod that routes for others gets what it needs by a route.
TEST_P(SpoofingTest, WhatIsRoutedToThePodIsItsOwn) {
  const Family family = GetParam();
  const std::string behind = family == Family::v4 ? "10.9.9.9" : "fd00:9::9";
  run_ip(std::string(family == Family::v4 ? "" : "-6 ") + "route add " + behind + " dev " + host_link_);
  send_from(ip(behind), far(family));
  EXPECT_EQ(counted("spoofed"), 0U);
}

INSTANTIATE_TEST_SUITE_P(Families, SpoofingTest, ::testing::Values(Family::v4, Family::v6),
                         [](const auto& tested) { return std::string(to_string(tested.param)); });

class NeighbourTest : public HostPortNode {};

// Neighbour discovery and whatever else lives on the link goes on from link-local addresses.
TEST_F(NeighbourTest, LinkLocalAddressesPass) {
  const NetworkNamespace pod = new_pod("a");
  const std::string host = run("ADD", "a").json().at("interfaces").at(0).at("name");
  run_ip("addr add fe80::77/64 dev " + host + " nodad");
  UniqueFd server(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const SocketAddress on_host(ip("fe80::77"), 7000, ::if_nametoindex(host.c_str()));
  ASSERT_EQ(::bind(server.get(), on_host.get(), on_host.size()), 0) << errno;
  pod.run([] {
    run_ip("addr replace fe80::88/64 dev eth0 nodad");
    UniqueFd client(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const SocketAddress from(ip("fe80::88"), 0, ::if_nametoindex("eth0"));
    ASSERT_EQ(::bind(client.get(), from.get(), from.size()), 0) << errno;
    const SocketAddress to(ip("fe80::77"), 7000, ::if_nametoindex("eth0"));
    ASSERT_EQ(::sendto(client.get(), "x", 1, 0, to.get(), to.size()), 1) << errno;
  });
  char byte = 0;
  const timeval deadline{.tv_sec = 2, .tv_usec = 0};
  ASSERT_EQ(::setsockopt(server.get(), SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline), 0);
  EXPECT_EQ(::recv(server.get(), &byte, 1, 0), 1) << "its neighbour solicitation and it have passed";
  EXPECT_EQ(counted("spoofed"), 0U);
}

TEST_F(NeighbourTest, DuplicateAddressDetectionPasses) {
  const NetworkNamespace pod = new_pod("a");
  add("a");
  pod.run([] {
    write_sysctl("ipv6/conf/eth0/accept_dad", "1");
    run_ip("addr add fd00:9::1/64 dev eth0");  // sends its question from ::
  });
  // The last packet of the burst is an honest one; what was before it has been counted.
  Server server = far_.run([&] { return Server(Transport::udp, ip(kFar4), 7000); });
  EXPECT_EQ(pod.run([&] { return ask(server, ip(kFar4), 7000); }), "10.244.7.2");
  EXPECT_EQ(counted("spoofed"), 0U);
}

}  // namespace
}  // namespace weft::test
