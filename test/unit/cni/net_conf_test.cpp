#include "cni-plugin/net_conf.h"

#include <gtest/gtest.h>

namespace weft::cni {
namespace {

Json minimal() { return {{"cniVersion", "1.0.0"}, {"name", "weft"}, {"type", "weft"}}; }

// The refusal of a configuration with one key set; what is needed to compare code and text.
Failure refusal(const char* key, const Json& value) {
  Json document = minimal();
  document[key] = value;
  const auto conf = parse_net_conf(document.dump());
  if (!conf) return conf.error();
  const auto options = parse_attach_options(*conf);
  return options ? Failure{} : options.error();
}

TEST(NetConf, HasDefaults) {
  const auto conf = parse_net_conf(minimal().dump());
  ASSERT_TRUE(conf);
  EXPECT_EQ(conf->version, SpecVersion::v1_0_0);
  EXPECT_EQ(conf->name, "weft");
  EXPECT_EQ(conf->data_directory, "/run/weft/cni");
  EXPECT_EQ(conf->subnet_file, "/run/weft/subnet.env");
  EXPECT_EQ(parse_attach_options(*conf)->mtu, std::nullopt);
}

TEST(NetConf, TakesItsKeysAndToleratesOthers) {
  Json document = minimal();
  document.update({{"dataDir", "/var/x"},
                   {"subnetFile", "/y"},
                   {"mtu", 1400},
                   {"mode", "ptp"},
                   {"ipam", Json::object()},
                   {"bridge", "cni0"},
                   {"capabilities", {{"dns", true}}},
                   {"args", 7},
                   {"somethingNew", {1, 2}}});
  const auto conf = parse_net_conf(document.dump());
  ASSERT_TRUE(conf);
  EXPECT_EQ(conf->data_directory, "/var/x");
  EXPECT_EQ(conf->subnet_file, "/y");
  const auto options = parse_attach_options(*conf);
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->mtu, 1400U);
}

TEST(NetConf, VersionsAreExactTexts) {
  for (const char* version : {"0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"}) {
    Json document = minimal();
    document["cniVersion"] = version;
    ASSERT_TRUE(parse_net_conf(document.dump())) << version;
    EXPECT_EQ(to_string(parse_net_conf(document.dump())->version), version);
  }
  for (const Json& version : {Json("0.2.0"), Json("1.0"), Json("1.0.1"), Json("2.0.0"), Json(""), Json(1), Json()}) {
    Json document = minimal();
    document["cniVersion"] = version;
    EXPECT_EQ(parse_net_conf(document.dump()).error().code, Code::incompatible_version) << version;
  }
  Json without = minimal();
  without.erase("cniVersion");
  const Failure failure = parse_net_conf(without.dump()).error();
  EXPECT_EQ(failure.details, "cniVersion is \"0.1.0\", the plugin supports 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0");
}

TEST(NetConf, BadTextIsADecodingFailure) {
  for (const char* text : {"", "{", "[]", "not json"}) {
    EXPECT_EQ(parse_net_conf(text).error().code, Code::decode_failure) << text;
  }
}

TEST(NetConf, NeedsAName) {
  for (const Json& name : {Json(""), Json(".."), Json("a/b"), Json("-a"), Json(7), Json()}) {
    EXPECT_EQ(refusal("name", name).code, Code::invalid_configuration) << name;
  }
}

TEST(NetConf, PathsAreAbsolute) {
  for (const char* key : {"dataDir", "subnetFile"}) {
    for (const Json& path : {Json("x"), Json(""), Json(7), Json(std::string("/a\0b", 4))}) {
      const Failure failure = refusal(key, path);
      EXPECT_EQ(failure.code, Code::invalid_configuration) << path;
      EXPECT_NE(failure.message.find(key), std::string::npos);
    }
  }
}

TEST(AttachOptions, ADelegateMeansItsMode) {
  Json document = minimal();
  document["delegate"] = {{"hairpinMode", true}};
  EXPECT_EQ(parse_attach_options(parse_net_conf(document.dump()).value())->mode, AttachMode::delegate);
  document["delegate"] = Json::object();
  EXPECT_EQ(parse_attach_options(parse_net_conf(document.dump()).value())->mode, AttachMode::ptp);
  document["mode"] = "delegate";
  EXPECT_EQ(parse_attach_options(parse_net_conf(document.dump()).value())->mode, AttachMode::delegate);
  document.update({{"mode", "ptp"}, {"delegate", {{"type", "bridge"}}}});
  EXPECT_EQ(parse_attach_options(parse_net_conf(document.dump()).value()).error().code, Code::unsupported_field);
}

TEST(AttachOptions, WhatHasNoMeaningIsRefusedByKeyAndValue) {
  EXPECT_EQ(refusal("mode", "vlan").code, Code::invalid_configuration);
  EXPECT_EQ(refusal("mode", 7).code, Code::invalid_configuration);
  EXPECT_EQ(refusal("ipam", {{"type", "host-local"}}).code, Code::unsupported_field);
}

TEST(AttachOptions, TheBridgeIsOneTheKernelCanHave) {
  Json document = minimal();
  document.update({{"mode", "bridge"}, {"bridge", "br-pods"}, {"isolated", true}});
  const auto options = parse_attach_options(parse_net_conf(document.dump()).value());
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->mode, AttachMode::bridge);
  EXPECT_EQ(options->bridge, "br-pods");
  EXPECT_TRUE(options->isolated);
  for (const Json& name : {Json(""), Json("a/b"), Json(".."), Json("sixteen-bytes-16"), Json(7), Json()}) {
    const Failure failure = refusal("bridge", name);
    EXPECT_EQ(failure.code, Code::invalid_configuration) << name;
    EXPECT_NE(failure.message.find("\"bridge\""), std::string::npos) << failure.message;
  }
  EXPECT_EQ(refusal("isolated", "yes").code, Code::invalid_configuration);
}

TEST(AttachOptions, CapabilitiesAreNotLostSilently) {
  const Failure ranges = refusal("runtimeConfig", {{"ipRanges", {{{{"subnet", "10.0.0.0/24"}}}}}});
  EXPECT_EQ(ranges.code, Code::unsupported_field);
  EXPECT_NE(ranges.message.find(R"("ipRanges" [[{"subnet":"10.0.0.0/24"}]])"), std::string::npos) << ranges.message;
  const Json none = {{"portMappings", Json::array()}, {"ipRanges", Json::array()}, {"dns", {{"servers", {"a"}}}}};
  EXPECT_EQ(refusal("runtimeConfig", none), Failure{});
  EXPECT_EQ(refusal("runtimeConfig", {{"io.kubernetes.cri.pod-annotations", {{"a", "b"}}}}), Failure{});
}

TEST(AttachOptions, TheMtuHasARange) {
  EXPECT_EQ(refusal("mtu", 0), Failure{});
  for (const Json& mtu : {Json(575), Json(65536), Json(-1), Json(1400.5), Json("1400"), Json(true)}) {
    const Failure failure = refusal("mtu", mtu);
    EXPECT_EQ(failure.code, Code::invalid_configuration) << mtu;
    EXPECT_NE(failure.message.find("from 576 to 65535"), std::string::npos);
  }
}

}  // namespace
}  // namespace weft::cni
