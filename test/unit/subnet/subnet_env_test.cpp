#include "subnet/subnet_env.h"

#include "test/support/arbitrary.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weft {
namespace {

IpPrefix prefix(const char* text) { return IpPrefix::parse(text).value(); }

TEST(SubnetEnv, IsFlannelsFile) {
  const SubnetEnv env{.v4 = SubnetEnv::Block{prefix("10.244.0.0/16"), prefix("10.244.7.0/24")},
                      .v6 = SubnetEnv::Block{prefix("fd00:10:244::/48"), prefix("fd00:10:244:7::/64")},
                      .mtu = 1450,
                      .ipv6_mtu = 1430,
                      .ip_masq = true};
  EXPECT_EQ(render_subnet_env(env),
            "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.7.1/24\n"
            "FLANNEL_IPV6_NETWORK=fd00:10:244::/48\nFLANNEL_IPV6_SUBNET=fd00:10:244:7::1/64\n"
            "FLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\nWEFT_IPV6_MTU=1430\n");
}

RC_GTEST_PROP(SubnetEnv, RoundTrips, (bool masq)) {
  SubnetEnv env{.mtu = *rc::gen::inRange(576U, 65536U), .ip_masq = masq};
  const auto block = [](Family family) { return SubnetEnv::Block{*prefix_of(family), *prefix_of(family)}; };
  const bool v4 = *rc::gen::arbitrary<bool>();
  if (v4) env.v4 = block(Family::v4);
  if (!v4) env.v6 = block(Family::v6);
  RC_ASSERT(parse_subnet_env(render_subnet_env(env)).value() == env);
}

TEST(SubnetEnv, ToleratesWhatShellsTolerate) {
  const auto env = parse_subnet_env(
      "# by hand\r\n\nexport FLANNEL_NETWORK=\"10.244.0.0/16\"\nFLANNEL_SUBNET='10.244.7.1/24'\n"
      "FLANNEL_MTU = 1450\nSOMETHING_ELSE=x\nFLANNEL_IPV6_SUBNET=\n");
  ASSERT_TRUE(env) << env.error().message;
  EXPECT_EQ(env->v4->subnet.to_string(), "10.244.7.0/24");
  EXPECT_FALSE(env->v6);
}

TEST(SubnetEnv, NamesLineAndKey) {
  const auto message = [](std::string_view text) { return parse_subnet_env(text).error().message; };
  EXPECT_NE(message("FLANNEL_MTU=1450\nFLANNEL_SUBNET=10.244.7.1\n").find("line 2: FLANNEL_SUBNET"), std::string::npos);
  EXPECT_NE(message("FLANNEL_MTU=lots").find("line 1: FLANNEL_MTU: \"lots\""), std::string::npos);
  EXPECT_NE(message("what is this").find("line 1"), std::string::npos);
  EXPECT_NE(message("FLANNEL_IPMASQ=maybe").find("neither true nor false"), std::string::npos);
  EXPECT_NE(message("FLANNEL_SUBNET=10.244.7.1/24\nFLANNEL_MTU=1450").find("FLANNEL_NETWORK"), std::string::npos);
  EXPECT_NE(message("").find("FLANNEL_SUBNET"), std::string::npos);
  EXPECT_NE(message(std::string(1 << 20, 'x')).find("at most"), std::string::npos);
}

}  // namespace
}  // namespace weft
