#include "cni-plugin/fixed_addresses.h"

#include "test/unit/subnet/ledger/attachments.h"

#include <gtest/gtest.h>

namespace weft::cni {
namespace {

using test::pool_of;

FixedAddresses parsed(const Json& document, const CniArgs& args = {}) {
  const auto fixed = parse_fixed_addresses(document, args);
  EXPECT_TRUE(fixed) << fixed.error().message;
  return fixed.value_or(FixedAddresses());
}

std::vector<std::string> ips_of(const FixedAddresses& fixed) {
  std::vector<std::string> texts;
  for (const FixedAddress& own : fixed.ips) texts.push_back(own.address.to_string());
  return texts;
}

Json runtime(const Json& config) { return {{"runtimeConfig", config}}; }

TEST(FixedAddresses, NobodyNeedAskForAny) {
  for (const Json& document :
       {Json::object(), runtime(7), runtime({{"ips", Json()}, {"mac", ""}}), runtime({{"ips", Json::array()}}),
        Json{{"args", {{"cni", 7}}}}, Json{{"args", {{"cni", {{"labels", {1}}}}}}}}) {
    EXPECT_TRUE(parsed(document).ips.empty()) << document;
    EXPECT_EQ(parsed(document).mac, std::nullopt);
  }
}

TEST(FixedAddresses, HaveAPrefixLengthOrNot) {
  const FixedAddresses fixed = parsed(runtime({{"ips", {"10.244.7.9/24", "fd00::9"}}}));
  EXPECT_EQ(ips_of(fixed), (std::vector<std::string>{"10.244.7.9", "fd00::9"}));
  EXPECT_EQ(fixed.ips[0].length, 24U);
  EXPECT_EQ(fixed.ips[1].length, std::nullopt);
}

TEST(FixedAddresses, EachIsTakenWholeFromTheFirstWhoHasIt) {
  Json document = runtime({{"ips", {"10.244.7.3"}}});
  document["args"]["cni"] = {{"ips", {"10.244.7.4", "fd00::4"}}, {"mac", "0a:58:00:00:00:04"}};
  CniArgs args;
  args.ip = "10.244.7.5,fd00::5";
  args.mac = "0a:58:00:00:00:05";
  EXPECT_EQ(ips_of(parsed(document, args)), std::vector<std::string>{"10.244.7.3"});
  EXPECT_EQ(parsed(document, args).mac->to_string(), "0a:58:00:00:00:04");
  document.erase("runtimeConfig");
  EXPECT_EQ(ips_of(parsed(document, args)), (std::vector<std::string>{"10.244.7.4", "fd00::4"}));
  document.erase("args");
  EXPECT_EQ(ips_of(parsed(document, args)), (std::vector<std::string>{"10.244.7.5", "fd00::5"}));
  EXPECT_EQ(parsed(document, args).mac->to_string(), "0a:58:00:00:00:05");
  document = runtime({{"mac", "0A:58:00:00:00:03"}});
  EXPECT_EQ(parsed(document, args).mac->to_string(), "0a:58:00:00:00:03");
}

TEST(FixedAddresses, MalformedOnesAreRefusedByFieldAndValue) {
  const std::vector<std::pair<Json, std::string>> bad = {
      {{{"ips", {"10.244.7"}}}, R"("runtimeConfig": "ips" "10.244.7": must be an IP address)"},
      {{{"ips", {"10.244.7.9/"}}}, R"("10.244.7.9/": must be)"},
      {{{"ips", {"10.244.7.9/x"}}}, R"("10.244.7.9/x": must be)"},
      {{{"ips", {"10.244.7.9/-1"}}}, R"("10.244.7.9/-1": must be)"},
      {{{"ips", {"10.244.7.9/99999999999"}}}, R"(must be an IP address)"},
      {{{"ips", {"fe80::1%eth0"}}}, R"("fe80::1%eth0": must be)"},
      {{{"ips", "10.244.7.9"}}, R"("ips" "10.244.7.9": must be a list)"},
      {{{"ips", {7}}}, R"("ips" [7]: must be a list)"},
      {{{"ips", {{"a", "b"}}}}, "must be"},
      {{{"ips", Json(std::vector<std::string>(17, "10.0.0.1"))}}, "must be a list of at most 16"},
      {{{"ips", {"10.244.7.9", "10.244.7.10"}}},
       R"("10.244.7.10": a pod has one IPv4 address, and this is the second)"},
      {{{"ips", {"fd00::1", "fd00::1"}}}, "one IPv6 address"},
      {{{"mac", "0a:58"}}, R"("runtimeConfig": "mac" "0a:58": must be a unicast hardware address)"},
      {{{"mac", "01:00:5e:00:00:01"}}, "must be a unicast"},
      {{{"mac", "ff:ff:ff:ff:ff:ff"}}, "must be a unicast"},
      {{{"mac", "00:00:00:00:00:00"}}, "must be a unicast"},
      {{{"mac", 7}}, R"("mac" 7: must be)"},
  };
  for (const auto& [config, text] : bad) {
    const auto fixed = parse_fixed_addresses(runtime(config), {});
    ASSERT_FALSE(fixed) << config;
    EXPECT_EQ(fixed.error().code, Code::invalid_configuration);
    EXPECT_NE(fixed.error().message.find(text), std::string::npos) << fixed.error().message << "\nexpected: " << text;
  }
}

TEST(FixedAddresses, WhatTheEnvironmentSaysIsTheEnvironmentsFault) {
  CniArgs args;
  args.ip = "10.244.7.9,";
  EXPECT_EQ(parse_fixed_addresses(Json::object(), args).error().code, Code::invalid_environment);
  EXPECT_EQ(parse_fixed_addresses(Json::object(), args).error().message,
            "CNI_ARGS: IP \"\": must be an IP address, with or without a prefix length");
  args = {};
  args.mac = "x";
  EXPECT_EQ(parse_fixed_addresses(Json::object(), args).error().code, Code::invalid_environment);
}

TEST(FixedAddresses, MustFitTheNode) {
  const std::vector<AddressPool> pools = {pool_of("10.244.7.0/24")};
  const auto refusal = [&](const char* ip) {
    const auto fits = check_fit(parsed(runtime({{"ips", {ip}}})), pools);
    return fits ? std::string() : fits.error().message;
  };
  for (const char* fits : {"10.244.7.9", "10.244.7.9/24", "10.244.7.9/32"}) EXPECT_EQ(refusal(fits), "") << fits;
  EXPECT_EQ(
      refusal("10.244.8.9/24"),
      "\"runtimeConfig\": \"ips\" \"10.244.8.9/24\": it is outside this node's subnet 10.244.7.0/24: ask for one of "
      "that");
  EXPECT_NE(refusal("10.244.7.1").find("it is the gateway's address"), std::string::npos);
  EXPECT_NE(refusal("10.244.7.9/16").find("the prefix length must be 24"), std::string::npos);
  EXPECT_NE(refusal("fd00::9").find("this node's pods have no IPv6 addresses"), std::string::npos);
}

}  // namespace
}  // namespace weft::cni
