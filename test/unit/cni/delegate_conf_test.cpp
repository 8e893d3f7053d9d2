#include "cni-plugin/delegate_conf.h"

#include <gtest/gtest.h>

namespace weft::cni {
namespace {

SubnetEnv dual_stack() {
  const auto prefix = [](const char* text) { return IpPrefix::parse(text).value(); };
  return {.v4 = SubnetEnv::Block{prefix("10.244.0.0/16"), prefix("10.244.7.0/24")},
          .v6 = SubnetEnv::Block{prefix("fd00:10:244::/48"), prefix("fd00:10:244:7::/64")},
          .mtu = 1450,
          .ipv6_mtu = 1430,
          .ip_masq = true};
}

Outcome<Json> rendered(const Json& additions, const SubnetEnv& env = dual_stack()) {
  Json document = {{"cniVersion", "0.3.1"}, {"name", "cbr0"}, {"type", "weft"}};
  document.update(additions);
  return render_delegate(parse_net_conf(document.dump()).value(), env);
}

// As Flannel's manifest has it.
TEST(DelegateConf, FlannelsConfigurationMeansTheSame) {
  const auto conf = rendered({{"delegate", {{"hairpinMode", true}, {"isDefaultGateway", true}}}});
  ASSERT_TRUE(conf) << conf.error().message;
  EXPECT_EQ(*conf, Json::parse(R"({
    "cniVersion": "0.3.1", "name": "cbr0", "type": "bridge", "mtu": 1450, "ipMasq": false, "isGateway": true,
    "hairpinMode": true, "isDefaultGateway": true,
    "ipam": {"type": "host-local",
             "ranges": [[{"subnet": "10.244.7.0/24"}], [{"subnet": "fd00:10:244:7::/64"}]],
             "routes": [{"dst": "10.244.0.0/16"}, {"dst": "fd00:10:244::/48"}]}})"));
}

TEST(DelegateConf, WhatTheUserSaysComesFirst) {
  SubnetEnv env = dual_stack();
  env.v6.reset();
  env.ip_masq = false;
  const auto conf = rendered({{"delegate", {{"type", "ptp"}, {"mtu", 1300}}},
                              {"ipam", {{"dataDir", "/run/ipam"}, {"routes", {{{"dst", "192.0.2.0/24"}}}}}},
                              {"runtimeConfig", {{"mac", "02:00:00:00:00:01"}}},
                              {"args", {{"cni", {{"ips", Json::array()}}}}},
                              {"prevResult", {{"ips", Json::array()}}}},
                             env);
  ASSERT_TRUE(conf) << conf.error().message;
  EXPECT_EQ(conf->at("type"), "ptp");
  EXPECT_EQ(conf->at("mtu"), 1300);
  EXPECT_EQ(conf->at("ipMasq"), true) << "the daemon does not, so the delegate has to";
  EXPECT_FALSE(conf->contains("isGateway")) << "a bridge's key";
  EXPECT_EQ(conf->at("ipam").at("dataDir"), "/run/ipam");
  EXPECT_EQ(conf->at("ipam").at("routes"), Json::parse(R"([{"dst":"192.0.2.0/24"},{"dst":"10.244.0.0/16"}])"));
  EXPECT_EQ(conf->at("runtimeConfig").at("mac"), "02:00:00:00:00:01");
  EXPECT_TRUE(conf->contains("args"));
  EXPECT_TRUE(conf->contains("prevResult"));
}

TEST(DelegateConf, RefusesWhatIsNotTheUsersToSay) {
  for (const Json& wrong : {Json{{"delegate", {{"name", "x"}}}}, Json{{"delegate", {{"ipam", Json::object()}}}},
                            Json{{"delegate", 7}}, Json{{"ipam", "host-local"}}, Json{{"ipam", {{"ranges", 1}}}}}) {
    const auto conf = rendered(wrong);
    ASSERT_FALSE(conf) << wrong;
    EXPECT_EQ(conf.error().code, Code::invalid_configuration);
    EXPECT_NE(conf.error().message.find(wrong.begin().key()), std::string::npos) << conf.error().message;
  }
}

}  // namespace
}  // namespace weft::cni
