// The nft script as a person reads it; that nft takes it, and what it does to packets: test/contract.
#include "backend/nft_render.h"

#include "test/support/golden.h"
#include "test/support/sample_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace weft::test {
namespace {

using testing::HasSubstr;
using testing::Not;

FirewallSpec sample_spec() { return firewall_spec(sample_config(), sample_self(), true); }

TEST(FirewallSpec, IsMadeOfTheConfigurationAndTheOwnLease) {
  const auto spec = sample_spec();
  EXPECT_EQ(spec.v4->network.to_string(), "10.244.0.0/16");
  EXPECT_EQ(spec.v4->subnet.to_string(), "10.244.0.0/24");
  EXPECT_EQ(spec.v6->network.to_string(), "fd00:10:244::/48");
  EXPECT_EQ(spec.v6->subnet.to_string(), "fd00:10:244::/64");
  EXPECT_EQ(spec.vxlan_port, 8472);
  EXPECT_TRUE(spec.masquerade && spec.forward_accept);
}

TEST(FirewallSpec, AFamilyWithoutSubnetHasNoRules) {
  LocalLease self = sample_self();
  self.lease.subnets.v6.reset();
  EXPECT_FALSE(firewall_spec(sample_config(), self, true).v6);
  NetworkConfig config = sample_config();
  config.v4.reset();
  EXPECT_FALSE(firewall_spec(config, self, true).v4);
}

TEST(FirewallSpec, HostGatewayHasNoPortToLeaveOut) {
  NetworkConfig config = sample_config();
  config.backend.type = BackendType::host_gw;
  EXPECT_EQ(firewall_spec(config, sample_self(), true).vxlan_port, 0);
}

TEST(NftRender, DualStack) { EXPECT_TRUE(matches_golden("firewall_dual.nft", render_firewall(sample_spec()))); }

TEST(NftRender, Ipv4HostGateway) {
  FirewallSpec spec = sample_spec();
  spec.v6.reset();
  spec.vxlan_port = 0;
  EXPECT_TRUE(matches_golden("firewall_host_gw.nft", render_firewall(spec)));
}

TEST(NftRender, WithoutMasquerade) {
  FirewallSpec spec = sample_spec();
  spec.masquerade = false;
  EXPECT_TRUE(matches_golden("firewall_no_masq.nft", render_firewall(spec)));
}

TEST(NftRender, WithoutForward) {
  FirewallSpec spec = sample_spec();
  spec.forward_accept = false;
  EXPECT_THAT(render_firewall(spec), Not(HasSubstr("hook forward")));
}

TEST(NftRender, TheSourcePortsNeverIncludeTheVxlanPort) {
  for (const unsigned port : {1U, 500U, 1023U, 1024U, 1025U, 4789U, 8472U, 33'279U, 33'280U, 65'534U, 65'535U}) {
    FirewallSpec spec = sample_spec();
    spec.vxlan_port = static_cast<std::uint16_t>(port);
    const auto text = render_firewall(spec);
    unsigned first = 0;
    unsigned last = 0;
    const auto at = text.find("masquerade to :");
    ASSERT_NE(at, std::string::npos);
    ASSERT_EQ(std::sscanf(text.c_str() + at, "masquerade to :%u-%u", &first, &last), 2) << text;
    EXPECT_TRUE(port < first || port > last) << port << " in " << first << "-" << last;
    EXPECT_GE(first, 1024U);
    EXPECT_LE(last, 65'535U);
    EXPECT_GE(last - first, 30'000U) << "few ports for many flows";
  }
}

}  // namespace
}  // namespace weft::test
