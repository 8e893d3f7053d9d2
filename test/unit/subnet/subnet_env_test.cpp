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
                      .ip_masq = true,
                      .devices = {"weft.1", "weft-v6.1"}};
  EXPECT_EQ(render_subnet_env(env),
            "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.7.1/24\n"
            "FLANNEL_IPV6_NETWORK=fd00:10:244::/48\nFLANNEL_IPV6_SUBNET=fd00:10:244:7::1/64\n"
            "FLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\nWEFT_IPV6_MTU=1430\nWEFT_DEVICES=weft.1,weft-v6.1\n");
  EXPECT_EQ(parse_subnet_env(render_subnet_env(env)).value(), env);
}

RC_GTEST_PROP(SubnetEnv, RoundTrips, (bool masq)) {
  SubnetEnv env{.mtu = *rc::gen::inRange(576U, 65536U), .ip_masq = masq};
  const auto block = [](Family family) {
    const auto subnet = *prefix_of(family);
    return SubnetEnv::Block{IpPrefix::containing(subnet.address(), *rc::gen::inRange(0U, subnet.length() + 1)), subnet};
  };
  const auto families = *rc::gen::inRange(1, 4);
  if ((families & 1) != 0) env.v4 = block(Family::v4);
  if ((families & 2) != 0) env.v6 = block(Family::v6);
  if (env.v6) env.ipv6_mtu = *rc::gen::inRange(1280U, 65536U);
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
  EXPECT_NE(message("WEFT_DEVICES=weft.1,,x").find("no list of device names"), std::string::npos);
  EXPECT_NE(message("FLANNEL_SUBNET=10.244.7.1/24\nFLANNEL_MTU=1450").find("FLANNEL_NETWORK"), std::string::npos);
  EXPECT_EQ(message("FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.245.7.1/24\nFLANNEL_MTU=1450"),
            "FLANNEL_SUBNET = 10.245.7.0/24 is outside FLANNEL_NETWORK = 10.244.0.0/16");
  EXPECT_NE(message("FLANNEL_NETWORK=fd00::/48").find("line 1: FLANNEL_NETWORK"), std::string::npos);
  EXPECT_LT(message("FLANNEL_MTU=" + std::string(9000, '9')).size(), 200U);
  EXPECT_NE(message("").find("FLANNEL_SUBNET"), std::string::npos);
  EXPECT_NE(message(std::string(1 << 20, 'x')).find("at most"), std::string::npos);
}

// A write that was cut short must never pass for a smaller truth.
TEST(SubnetEnv, ATornFileIsAnErrorOrComplete) {
  const SubnetEnv env{.v4 = SubnetEnv::Block{prefix("10.244.0.0/16"), prefix("10.244.7.0/24")}, .mtu = 1450};
  const auto text = render_subnet_env(env);
  for (std::size_t size = 0; size < text.find("FLANNEL_MTU"); ++size)
    EXPECT_FALSE(parse_subnet_env(std::string_view(text).substr(0, size))) << size;
}

}  // namespace
}  // namespace weft
