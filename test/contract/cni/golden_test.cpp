// What runtimes read, to the letter: a result and an error of each verb, in test/golden/cni. DEL, CHECK, GC and STATUS
// answer a success with nothing.
#include "test/support/golden.h"

#include "test/contract/cni/cni_node.h"
#include "test/support/kernel_objects.h"

#include <fstream>

namespace weft::test {
namespace {

constexpr const char* kOwnNetns = "/proc/self/ns/net";

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

class GoldenTest : public CniNodeTest {
 protected:
  // Laid out for people; members in the order in which they are printed.
  void expect_golden(const std::string& name, const PluginAnswer& answer) const {
    const auto object = nlohmann::ordered_json::parse(answer.output, nullptr, false);
    EXPECT_EQ(object.dump(), answer.output) << "one line of JSON and nothing else";
    std::string text = object.dump(2) + '\n';
    replace_all(text, std::filesystem::path(data_directory()).parent_path(), "/node");
    // Another one after every boot.
    if (config_.value("mode", "") == "bridge" && answer.exit_code == 0) {
      replace_all(text, answer.json().at("interfaces").at(0).at("mac"), "(the bridge's)");
    }
    EXPECT_TRUE(matches_golden("cni/" + name + ".json", text));
  }

  void expect_golden_result(const std::string& name, const PluginAnswer& answer) const {
    EXPECT_EQ(answer.exit_code, 0) << answer.output;
    expect_golden(name, answer);
  }

  void expect_golden_error(const std::string& name, const PluginAnswer& answer) const {
    EXPECT_EQ(answer.exit_code, 1) << answer.output;
    expect_golden(name, answer);
  }

  // The verbs that need no attachment.
  [[nodiscard]] PluginAnswer ask(const std::string& verb) const {
    return run_plugin({{{"CNI_COMMAND", verb}}, config_.dump()});
  }
};

// Where the form of a result has changed: "version" went with 1.0.0, MTUs came with 1.1.0.
const std::vector<std::string> kForms = {"0.3.1", "1.0.0", "1.1.0"};

TEST_F(GoldenTest, ResultsOfAddInEachModeAndForm) {
  const NetworkNamespace pod = new_pod("a");
  for (const std::string mode : {"ptp", "bridge"}) {
    for (const std::string& version : kForms) {
      std::filesystem::remove_all(data_directory());  // the same addresses every time
      config_.update({{"mode", mode}, {"cniVersion", version}});
      expect_golden_result("add_" + mode + "_" + version, run("ADD", "a"));
      ASSERT_EQ(run("DEL", "a").exit_code, 0);
    }
  }
}

TEST_F(GoldenTest, ResultsOfAddOnNodesOfOneFamily) {
  const NetworkNamespace pod = new_pod("a");
  write_subnet_env("10.244.7.1/24", "");
  expect_golden_result("add_ipv4_1.1.0", run("ADD", "a"));
  ASSERT_EQ(run("DEL", "a").exit_code, 0);
  write_subnet_env("", "fd00:10:244:7::1/64");
  std::filesystem::remove_all(data_directory());
  expect_golden_result("add_ipv6_1.1.0", run("ADD", "a"));
}

TEST_F(GoldenTest, ResultOfAddInAChain) {
  const NetworkNamespace pod = new_pod("a");
  config_["dns"] = {{"nameservers", {"10.96.0.10"}}};
  config_["prevResult"] = {{"cniVersion", "1.1.0"},
                           {"interfaces", {{{"name", "tap0"}}}},
                           {"ips", {{{"address", "198.51.100.7/24"}, {"interface", 0}}}},
                           {"routes", {{{"dst", "198.51.100.0/24"}}}}};
  expect_golden_result("add_chained_1.1.0", run("ADD", "a"));
}

TEST_F(GoldenTest, ResultsOfTheOtherVerbs) {
  const NetworkNamespace pod = new_pod("a");
  for (const std::string& version : kForms) {
    config_["cniVersion"] = version;
    expect_golden_result("version_" + version, ask("VERSION"));
    PluginCall loopback = call("ADD", "a");
    loopback.name = "/opt/cni/bin/loopback";
    expect_golden_result("loopback_add_" + version, run_plugin(loopback));
  }
  config_["cniVersion"] = "1.1.0";
  ASSERT_EQ(run("ADD", "a").exit_code, 0);
  for (const std::string verb : {"CHECK", "STATUS", "GC", "DEL"}) EXPECT_EQ(run(verb, "a").output, "") << verb;
}

TEST_F(GoldenTest, ErrorsOfAdd) {
  const NetworkNamespace a = new_pod("a");
  const NetworkNamespace b = new_pod("b");
  write_subnet_env("10.244.7.1/30", "fd00:10:244:7::1/64");
  add("a");
  expect_golden_error("add_error_attached", run("ADD", "a"));
  expect_golden_error("add_error_exhausted", run("ADD", "b"));
  config_["runtimeConfig"] = {{"ips", {"10.244.7.2"}}};
  expect_golden_error("add_error_address_taken", run("ADD", "b"));
  config_["runtimeConfig"] = {{"ips", {"192.0.2.9/24"}}};
  expect_golden_error("add_error_address_outside", run("ADD", "b"));
  config_.erase("runtimeConfig");
  remove_subnet_env();
  expect_golden_error("add_error_no_lease", run("ADD", "b"));
  config_["cniVersion"] = "0.3.1";
  expect_golden_error("add_error_no_lease_0.3.1", run("ADD", "b"));
  config_["mtu"] = 100;
  expect_golden_error("add_error_mtu", run("ADD", "b"));
  config_["cniVersion"] = "2.0.0";
  expect_golden_error("add_error_version", run("ADD", "b"));
  expect_golden_error("add_error_environment", ask("ADD"));
}

TEST_F(GoldenTest, ErrorsOfCheckAndDel) {
  const NetworkNamespace pod = new_pod("a");
  expect_golden_error("check_error_never_added", run("CHECK", "a"));
  add("a");
  pod.run([] {
    OtherHand hand;
    hand.remove_address("eth0", "10.244.7.2/32");
    hand.set_up("eth0", false);
  });
  expect_golden_error("check_error_damaged", run("CHECK", "a"));
  config_["cniVersion"] = "0.3.1";
  expect_golden_error("check_error_0.3.1", run("CHECK", "a"));
  PluginCall at_the_host = call("DEL", "a");
  at_the_host.environment["CNI_NETNS"] = kOwnNetns;
  expect_golden_error("del_error_0.3.1", run_plugin(at_the_host));
  config_["cniVersion"] = "1.1.0";
  at_the_host.input = config_.dump();
  expect_golden_error("del_error_1.1.0", run_plugin(at_the_host));
}

TEST_F(GoldenTest, ErrorsOfTheOtherVerbs) {
  std::ofstream(config_.at("subnetFile").get<std::string>(), std::ios::app) << "WEFT_DEVICES=weft.1\n";
  expect_golden_error("status_error_no_device", ask("STATUS"));
  remove_subnet_env();
  expect_golden_error("status_error_no_lease", ask("STATUS"));
  config_["cni.dev/valid-attachments"] = {{{"containerID", "a"}}};
  expect_golden_error("gc_error", ask("GC"));
  config_["cniVersion"] = "1.0.0";
  expect_golden_error("gc_error_1.0.0", ask("GC"));
  expect_golden_error("version_error", run_plugin({{{"CNI_COMMAND", "VERSION"}}, std::string(2'000'000, ' ')}));
  expect_golden_error("unknown_verb_error", ask("UPDATE"));
}

}  // namespace
}  // namespace weft::test
