// What the firewall does to packets, against Flannel's rules: one node, a pod behind it, and two hosts outside, the
// second of which also has a pod of another node.
#include "backend/nft_firewall.h"
#include "backend/nft_render.h"
#include "test/support/cni/network_namespace.h"
#include "test/support/literals.h"
#include "test/support/namespace.h"
#include "test/support/sample_cluster.h"
#include "test/support/temporary_directory.h"
#include "test/support/udp_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>

#include <unistd.h>

namespace weft::test {
namespace {

using testing::StartsWith;

void set_sysctl(const char* name, const char* value) {
  std::ofstream file(std::string("/proc/sys/net/") + name);
  if (!(file << value << std::flush)) throw std::runtime_error(std::string("cannot set ") + name);
}

// Nobody can be asked for a link-layer address before one's own has been checked for a second.
void set_no_duplicate_detection() { set_sysctl("ipv6/conf/default/accept_dad", "0"); }

void run(const std::string& commands) {
  const std::string shell = "set -e\n" + commands;
  if (std::system(("sh -c '" + shell + "'").c_str()) != 0) throw std::runtime_error("failed: " + commands);
}

class MasqueradeTest : public testing::Test {
 protected:
  static constexpr std::uint16_t kPort = 5000;

  void SetUp() override {
    new_network();
    keep_mounts_private();
    pod_.emplace(directory_.path() / "pod");
    outside_.emplace(directory_.path() / "outside");
    far_.emplace(directory_.path() / "far");
    set_no_duplicate_detection();
    set_sysctl("ipv4/ip_forward", "1");
    set_sysctl("ipv6/conf/all/forwarding", "1");
    join(*pod_, "pod", "10.244.0.1/24", "10.244.0.5/24", "fd00:10:244::1/64", "fd00:10:244::5/64");
    join(*outside_, "out", "192.0.2.1/24", "192.0.2.9/24", "2001:db8::1/64", "2001:db8::9/64");
    join(*far_, "far", "198.51.100.1/24", "198.51.100.9/24", "2001:db8:1::1/64", "2001:db8:1::9/64");
    // The other node's pod.
    run("nsenter --net=" + far_->path() + " ip addr add 10.244.7.5/32 dev lo\n" + "nsenter --net=" + far_->path() +
        " ip addr add fd00:10:244:7::5/128 dev lo\n" +
        "ip route add 10.244.7.0/24 via 198.51.100.9\n"
        "ip -6 route add fd00:10:244:7::/64 via 2001:db8:1::9\n");
  }

  // A link from the node to `space`, whose default route it becomes.
  static void join(const NetworkNamespace& space, const std::string& link, const std::string& node4,
                   const std::string& there4, const std::string& node6, const std::string& there6) {
    space.run(set_no_duplicate_detection);
    const auto inside = "nsenter --net=" + space.path() + " ip ";
    const auto gateway = [](const std::string& address) { return address.substr(0, address.find('/')); };
    run(inside + "link add eth0 type veth peer name " + link + " netns " + std::to_string(::getpid()) + "\n" +  //
        inside + "link set lo up\n" + inside + "link set eth0 up\n" +                                           //
        "ip link set " + link + " up\n" +                                                                       //
        "ip addr add " + node4 + " dev " + link + "\n" +                                                        //
        "ip addr add " + node6 + " dev " + link + " nodad\n" +                                                  //
        inside + "addr add " + there4 + " dev eth0\n" + inside + "addr add " + there6 + " dev eth0 nodad\n" +   //
        inside + "route add default via " + gateway(node4) + "\n" +                                             //
        inside + "-6 route add default via " + gateway(node6) + "\n");
  }

  void install(const FirewallSpec& spec) {
    auto firewall = NftFirewall::open();
    ASSERT_TRUE(firewall) << firewall.error().message;
    const auto done = firewall->replace(render_firewall(spec));
    ASSERT_TRUE(done) << done.error().message;
  }

  // "192.0.2.1,, same port": who the receiver says has sent.
  static std::string seen(const NetworkNamespace& from, const char* source, const NetworkNamespace& to,
                          const char* destination) {
    const Endpoint target{ip(destination), kPort};
    const auto receiver = to.run([&] { return udp_socket(target); });
    const auto sender = from.run([&] { return udp_socket({ip(source), kPort}); });
    udp_send(sender, target);
    const auto who = udp_receive(receiver);
    if (!who) return "nobody";
    return who->address.to_string() + (who->port == kPort ? ", same port" : "");
  }

  NetworkNamespace& pod() { return *pod_; }
  NetworkNamespace& outside() { return *outside_; }
  NetworkNamespace& far() { return *far_; }

  TemporaryDirectory directory_;

 private:
  std::optional<NetworkNamespace> pod_;
  std::optional<NetworkNamespace> outside_;
  std::optional<NetworkNamespace> far_;
};

FirewallSpec sample_spec() { return firewall_spec(sample_config(), sample_self(), true); }

TEST_F(MasqueradeTest, PodsToTheOutsideTakeTheNodesAddress) {
  install(sample_spec());
  EXPECT_THAT(seen(pod(), "10.244.0.5", outside(), "192.0.2.9"), StartsWith("192.0.2.1"));
  EXPECT_THAT(seen(pod(), "fd00:10:244::5", outside(), "2001:db8::9"), StartsWith("2001:db8::1"));
}

TEST_F(MasqueradeTest, PodsKeepTheirAddressTowardsPods) {
  install(sample_spec());
  EXPECT_EQ(seen(pod(), "10.244.0.5", far(), "10.244.7.5"), "10.244.0.5, same port");
  EXPECT_EQ(seen(pod(), "fd00:10:244::5", far(), "fd00:10:244:7::5"), "fd00:10:244::5, same port");
  EXPECT_EQ(seen(far(), "10.244.7.5", pod(), "10.244.0.5"), "10.244.7.5, same port");
  EXPECT_EQ(seen(far(), "fd00:10:244:7::5", pod(), "fd00:10:244::5"), "fd00:10:244:7::5, same port");
}

TEST_F(MasqueradeTest, OwnPodsSeeWhoTalksToThem) {
  install(sample_spec());
  EXPECT_EQ(seen(outside(), "192.0.2.9", pod(), "10.244.0.5"), "192.0.2.9, same port");
  EXPECT_EQ(seen(outside(), "2001:db8::9", pod(), "fd00:10:244::5"), "2001:db8::9, same port");
}

TEST_F(MasqueradeTest, TheOutsideComesToOtherNodesPodsAsThisNode) {
  install(sample_spec());
  EXPECT_THAT(seen(outside(), "192.0.2.9", far(), "10.244.7.5"), StartsWith("198.51.100.1"));
  EXPECT_THAT(seen(outside(), "2001:db8::9", far(), "fd00:10:244:7::5"), StartsWith("2001:db8:1::1"));
}

TEST_F(MasqueradeTest, StrangersAreNotTouched) {
  install(sample_spec());
  EXPECT_EQ(seen(outside(), "192.0.2.9", far(), "198.51.100.9"), "192.0.2.9, same port");
  EXPECT_EQ(seen(outside(), "2001:db8::9", far(), "2001:db8:1::9"), "2001:db8::9, same port");
}

TEST_F(MasqueradeTest, WhatKubeProxyMarkedIsLeftToIt) {
  install(sample_spec());
  // 0xc000: its bit and somebody else's.
  run("nft \"add table inet proxy; add chain inet proxy early { type filter hook prerouting priority mangle; }; "
      "add rule inet proxy early udp dport 5000 meta mark set 0xc000\"");
  EXPECT_EQ(seen(pod(), "10.244.0.5", outside(), "192.0.2.9"), "10.244.0.5, same port");
  EXPECT_EQ(seen(pod(), "fd00:10:244::5", outside(), "2001:db8::9"), "fd00:10:244::5, same port");
}

TEST_F(MasqueradeTest, WithoutMasqueradeNothingChanges) {
  FirewallSpec spec = sample_spec();
  spec.masquerade = false;
  install(spec);
  EXPECT_EQ(seen(pod(), "10.244.0.5", outside(), "192.0.2.9"), "10.244.0.5, same port");
}

TEST_F(MasqueradeTest, NoFlowGetsTheVxlanPort) {
  install(sample_spec());
  const Endpoint target{ip("192.0.2.9"), kPort};
  const auto receiver = outside().run([&] { return udp_socket(target); });
  for (std::uint16_t port = 8400; port < 8600; ++port) {
    const auto sender = pod().run([&] { return udp_socket({ip("10.244.0.5"), port}); });
    udp_send(sender, target);
    const auto who = udp_receive(receiver);
    ASSERT_TRUE(who) << port;
    EXPECT_GT(who->port, 8472) << port;
  }
}

}  // namespace
}  // namespace weft::test
