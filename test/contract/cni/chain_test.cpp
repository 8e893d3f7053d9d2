// Other plugins before and after this one, and the versions of the specification.
#include "test/contract/cni/cni_node.h"

namespace weft::test {
namespace {

class ChainTest : public CniNodeTest {
 protected:
  NetworkNamespace pod_ = new_pod("a");
};

TEST_F(ChainTest, EachVersionGetsItsOwnForm) {
  for (const std::string version : {"0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"}) {
    config_["cniVersion"] = version;
    const PluginAnswer answer = run("ADD", "a");
    ASSERT_EQ(answer.exit_code, 0) << answer.output;
    const auto result = answer.json();
    EXPECT_EQ(result.at("cniVersion"), version);
    EXPECT_EQ(result.at("ips").at(0).contains("version"), version < "1.0.0");
    EXPECT_EQ(result.at("interfaces").at(0).contains("mtu"), version >= "1.1.0");
    EXPECT_EQ(run("DEL", "a").exit_code, 0);
  }
}

TEST_F(ChainTest, WhatCameBeforeStaysInTheResult) {
  config_["prevResult"] = {{"cniVersion", "1.1.0"},
                           {"interfaces", {{{"name", "net0"}, {"sandbox", pod_.path()}, {"pciID", "0000:00:1f.6"}}}},
                           {"ips", {{{"address", "198.51.100.7/24"}, {"interface", 0}}}},
                           {"dns", {{"nameservers", {"198.51.100.1"}}}}};
  const auto result = run("ADD", "a").json();
  ASSERT_EQ(result.at("interfaces").size(), 3U) << result;
  EXPECT_EQ(result.at("interfaces").at(0).at("pciID"), "0000:00:1f.6");
  EXPECT_EQ(result.at("ips").at(0).at("address"), "198.51.100.7/24");
  EXPECT_EQ(result.at("ips").at(1).at("interface"), 2);
  EXPECT_EQ(result.at("dns").at("nameservers").at(0), "198.51.100.1");
}

TEST_F(ChainTest, AWrongPreviousResultChangesNothing) {
  config_["prevResult"] = {{"ips", "none"}};
  EXPECT_EQ(run("ADD", "a").code(), 7);
  EXPECT_EQ(ledger_files(), std::set<std::string>{});
}

}  // namespace
}  // namespace weft::test
