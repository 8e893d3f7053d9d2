#include "subnet/network_config.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

NetworkConfig config(std::string_view text) { return parse_network_config(text).value().config; }
std::string error(std::string_view text) {
  const auto parsed = parse_network_config(text);
  return parsed ? "" : parsed.error().message;
}

TEST(NetworkConfig, FlannelsFileMeansWhatItMeans) {
  const auto parsed = config(R"({"Network": "10.244.0.0/16", "EnableNFTables": false, "Backend": {"Type": "vxlan"}})");
  ASSERT_TRUE(parsed.v4);
  EXPECT_EQ(parsed.v4->subnet_length, 24U);
  EXPECT_EQ(parsed.v4->subnet_min.to_string(), "10.244.0.0/24");
  EXPECT_EQ(parsed.v4->subnet_max.to_string(), "10.244.255.0/24");
  EXPECT_FALSE(parsed.v6);
  EXPECT_EQ(parsed.backend, BackendConfig{});
}

TEST(NetworkConfig, BothFamiliesWithEveryKey) {
  const auto parsed = config(R"({"network": "10.0.0.0/8", "ipv6network": "fd00::/48", "EnableIPv6": true,
      "SubnetLen": 20, "SubnetMin": "10.10.0.0", "SubnetMax": "10.99.0.0", "IPv6SubnetLen": 80,
      "IPv6SubnetMin": "fd00:0:0:1::", "IPv6SubnetMax": "fd00:0:0:ffff::",
      "Backend": {"Type": "VXLAN", "VNI": 4096, "Port": 4789, "MTU": 9000, "DirectRouting": true}})");
  EXPECT_EQ(parsed.v4->subnet_min.to_string(), "10.10.0.0/20");
  EXPECT_EQ(parsed.v6->subnet_max.to_string(), "fd00:0:0:ffff::/80");
  EXPECT_EQ(parsed.backend, (BackendConfig{BackendType::vxlan, 4096, 4789, 9000, true}));
}

TEST(NetworkConfig, IPv6Only) {
  const auto parsed = config(R"({"EnableIPv4": false, "EnableIPv6": true, "IPv6Network": "fd00::/48"})");
  EXPECT_FALSE(parsed.v4);
  EXPECT_EQ(parsed.v6->subnet_length, 64U);
}

TEST(NetworkConfig, ADefaultLengthFitsASmallNetwork) {
  EXPECT_EQ(config(R"({"Network": "10.1.0.0/25"})").v4->subnet_length, 26U);
}

TEST(NetworkConfig, WarnsOfUnknownKeysAndNamesTheNearest) {
  const auto parsed = parse_network_config(R"({"Network": "10.244.0.0/16", "SubnetLenn": 24, "Backend": {"Prt": 1}})");
  ASSERT_EQ(parsed->warnings.size(), 2U);
  EXPECT_EQ(parsed->warnings[0], "SubnetLenn is no key Weft knows and is ignored; did you mean SubnetLen?");
  EXPECT_EQ(parsed->warnings[1], "Backend.Prt is no key Weft knows and is ignored; did you mean Port?");
}

std::string only_warning(std::string_view text) {
  const auto parsed = parse_network_config(text).value();
  return parsed.warnings.size() == 1 ? parsed.warnings[0] : fmt::format("{} warnings", parsed.warnings.size());
}

TEST(NetworkConfig, NamesAllKeysWhereNoneIsNear) {
  EXPECT_NE(only_warning(R"({"Network": "10.244.0.0/16", "Backend": {"Psk": "x"}})").find("known are Type, VNI, Port"),
            std::string::npos);
}

TEST(NetworkConfig, WarnsOfAFamilyThatIsSwitchedOff) {
  EXPECT_EQ(only_warning(R"({"Network": "10.244.0.0/16", "ipv6network": "fd00::/48"})"),
            "IPv6Network is ignored: set EnableIPv6 to true to use it");
  EXPECT_EQ(only_warning(R"({"Network": "10.244.0.0/16", "EnableIPv4": false, "EnableIPv6": true,
                             "IPv6Network": "fd00::/48"})"),
            "Network is ignored: set EnableIPv4 to true to use it");
}

TEST(NetworkConfig, SaysWhatBecameOfFlannelsOtherKeys) {
  EXPECT_EQ(only_warning(R"({"Network": "10.244.0.0/16", "EnableNFTables": true})"),
            "EnableNFTables has no effect: Weft always uses nftables");
  EXPECT_NE(only_warning(R"({"Network": "10.244.0.0/16", "Backend": {"learning": true}})").find("never learned"),
            std::string::npos);
}

TEST(NetworkConfig, WarnsOfVxlansKeysWithHostGw) {
  EXPECT_EQ(only_warning(R"({"Network": "10.244.0.0/16", "Backend": {"Type": "host-gw", "VNI": 7}})"),
            "Backend.VNI has no effect with the host-gw backend");
}

TEST(NetworkConfig, ZeroMeansTheDefaultPortAndMtu) {
  const auto parsed = config(R"({"Network": "10.244.0.0/16", "Backend": {"Port": 0, "MTU": 0}})");
  EXPECT_EQ(parsed.backend, BackendConfig{});
}

TEST(NetworkConfig, TheLastBlockOfAHugeNetworkIsItsLast) {
  const auto parsed = config(R"({"EnableIPv4": false, "EnableIPv6": true, "IPv6Network": "fc00::/7",
                                 "IPv6SubnetLen": 126})");
  EXPECT_EQ(parsed.v6->subnet_max.to_string(), "fdff:ffff:ffff:ffff:ffff:ffff:ffff:fffc/126");
}

TEST(NetworkConfig, NamesOnlyAFewOfManyUnknownKeys) {
  std::string text = R"({"Network": "10.244.0.0/16")";
  for (int i = 0; i < 1000; ++i) text += fmt::format(", \"key{}\": 1", i);
  const auto parsed = parse_network_config(text + "}").value();
  EXPECT_EQ(parsed.warnings.size(), 17U);
  EXPECT_EQ(parsed.warnings.back(), "984 more keys are unknown and ignored");
}

struct Wrong {
  const char* text;
  std::vector<const char*> words;  // each is in the message
};

class WrongNetworkConfig : public testing::TestWithParam<Wrong> {};

TEST_P(WrongNetworkConfig, IsRefusedWithKeyValueAndRange) {
  const auto message = error(GetParam().text);
  ASSERT_FALSE(message.empty()) << GetParam().text;
  for (const char* word : GetParam().words) EXPECT_NE(message.find(word), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongNetworkConfig,
    testing::Values(
        Wrong{"{", {"no JSON"}}, Wrong{"[]", {"no JSON object"}}, Wrong{"{}", {"Network", "is needed"}},
        Wrong{R"({"Network": 7})", {"Network = 7", "string"}},
        Wrong{R"({"Network": "10.244.0.1/16"})", {"Network = 10.244.0.1/16", "10.244.0.0/16"}},
        Wrong{R"({"Network": "fd00::/48"})", {"Network = fd00::/48", "IPv4"}},
        Wrong{R"({"Network": "10.244.0.0/16", "SubnetLen": 16})", {"SubnetLen = 16", "from 17 to 30"}},
        Wrong{R"({"Network": "10.244.0.0/16", "SubnetLen": 31})", {"SubnetLen = 31", "from 17 to 30"}},
        Wrong{R"({"Network": "10.244.0.0/16", "SubnetLen": 40})", {"SubnetLen = 40", "32"}},
        Wrong{R"({"Network": "10.244.0.0/16", "SubnetLen": "24"})", {"SubnetLen = \"24\"", "whole number"}},
        Wrong{R"({"Network": "10.244.0.0/16", "SubnetMin": "10.245.0.0"})", {"SubnetMin", "10.245.0.0", "inside"}},
        Wrong{R"({"Network": "10.244.0.0/16", "SubnetMin": "10.244.1.1"})", {"SubnetMin", "10.244.1.0"}},
        Wrong{R"({"Network": "10.244.0.0/16", "SubnetMin": "10.244.9.0", "SubnetMax": "10.244.1.0"})",
              {"SubnetMax", "before"}},
        Wrong{R"({"Network": "10.244.0.0/16", "EnableIPv6": true})", {"IPv6Network", "is needed"}},
        Wrong{R"({"EnableIPv4": false})", {"EnableIPv4", "must be enabled"}},
        Wrong{R"({"Network": "10.244.0.0/16", "EnableIPv6": "yes"})", {"EnableIPv6", "true or false"}},
        Wrong{R"({"Network": "10.244.0.0/16", "Backend": "vxlan"})", {"Backend", "an object"}},
        Wrong{R"({"Network": "10.244.0.0/16", "Backend": {"Type": "vlxan"}})",
              {"Backend.Type = vlxan", "vxlan or host-gw"}},
        Wrong{R"({"Network": "10.244.0.0/16", "Backend": {"VNI": 16777216}})",
              {"Backend.VNI = 16777216", "1 to 16777215"}},
        Wrong{R"({"Network": "10.244.0.0/16", "Backend": {"Port": 65536}})", {"Backend.Port = 65536", "65535"}},
        Wrong{R"({"Network": "10.244.0.0/16", "Backend": {"MTU": 68}})", {"Backend.MTU = 68", "1280 to 65535"}},
        Wrong{
            R"({"Network": "10.244.0.0/16", "EnableIPv6": true, "IPv6Network": "fd00::/48", "Backend": {"MTU": 1349}})",
            {"Backend.MTU = 1349", "1350 to 65535"}},
        Wrong{R"({"Network": "10.244.0.0/16", "Backend": {"DirectRouting": 1}})",
              {"Backend.DirectRouting = 1", "true or false"}},
        Wrong{R"({"Network": "10.244.0.0/30"})", {"Network = 10.244.0.0/30", "/29 or wider"}},
        Wrong{R"({"EnableIPv4": false, "EnableIPv6": true, "IPv6Network": "fd00::/126"})",
              {"IPv6Network = fd00::/126", "/125 or wider"}},
        Wrong{R"({"Network": "127.0.0.0/16"})", {"Network = 127.0.0.0/16", "127.0.0.0/8 (loopback)"}},
        Wrong{R"({"Network": "0.0.0.0/0"})", {"Network = 0.0.0.0/0", "must not overlap"}},
        Wrong{R"({"Network": "224.0.0.0/8"})", {"multicast"}},
        Wrong{R"({"EnableIPv4": false, "EnableIPv6": true, "IPv6Network": "fe80::/48"})",
              {"IPv6Network", "link-local"}},
        Wrong{R"({"Network": "10.244.0.0/16", "SubnetMax": "10.244.1"})", {"SubnetMax = 10.244.1", "IPv4 address"}},
        Wrong{R"({"Network": "10.244.0.0/16", "IPv6SubnetMin": "10.244.1.0"})", {"IPv6SubnetMin", "IPv6 address"}},
        Wrong{R"({"Network": "10.244.0.0/16", "Backend": {"Type": 1}})", {"Backend.Type = 1", "a string"}},
        Wrong{R"({"Network": "10.244.0.0/16", "Backend": {"VNI": 1, "vni": 2}})", {"vni", "twice"}},
        Wrong{R"({"Network": "10.244.0.0/16", "network": "10.0.0.0/8"})", {"network", "twice"}},
        Wrong{R"({"Network": [[[[[[[[[[1]]]]]]]]]]})", {"deeper"}}));

TEST(NetworkConfig, IsBounded) { EXPECT_NE(error(std::string(2 << 20, ' ')).find("at most"), std::string::npos); }

}  // namespace
}  // namespace weft
