// What the specification asks of every plugin, for each version of it and each attach mode.
#include "test/contract/cni/cni_node.h"
#include "test/support/cni/kernel_snapshot.h"
#include "test/support/cni/udp.h"

#include <fstream>
#include <tuple>

namespace weft::test {
namespace {

using Variant = std::tuple<const char*, const char*>;  // mode, cniVersion

class ConformanceTest : public CniNodeTest, public ::testing::WithParamInterface<Variant> {
 protected:
  ConformanceTest() {
    config_["mode"] = std::get<0>(GetParam());
    config_["cniVersion"] = version();
    // What is made once for all pods, such as the bridge, stays.
    add("a");
    EXPECT_EQ(run("DEL", "a").exit_code, 0);
    before_ = kernel_snapshot();
  }

  static std::string version() { return std::get<1>(GetParam()); }

  void expect_as_before(const std::string& when) const {
    EXPECT_EQ(kernel_snapshot(), before_) << when;
    EXPECT_EQ(ledger_files(), std::set<std::string>{}) << when;
  }

  static void expect_error(const PluginAnswer& answer, int code, const std::string& when) {
    EXPECT_EQ(answer.exit_code, 1) << when;
    EXPECT_EQ(answer.code(), code) << when << ' ' << answer.output;
    EXPECT_NE(answer.message(), "") << when;
    EXPECT_EQ(answer.json().value("cniVersion", version()), version()) << when;
  }

  NetworkNamespace pod_ = new_pod("a");
  std::set<std::string> before_;
};

TEST_P(ConformanceTest, ALifeFromAddToDel) {
  const PluginAnswer added = run("ADD", "a");
  ASSERT_EQ(added.exit_code, 0) << added.output;
  const auto result = added.json();
  EXPECT_EQ(result.at("cniVersion"), version());
  EXPECT_EQ(result.at("ips").size(), 2U);
  for (const auto& entry : result.at("ips")) {
    const auto& interface = result.at("interfaces").at(entry.at("interface").get<std::size_t>());
    EXPECT_EQ(interface.at("name"), "eth0");
    EXPECT_EQ(interface.at("sandbox"), pod_.path());
    EXPECT_EQ(entry.contains("version"), version() < "1.0.0");
  }
  // Older runtimes hand no previous result to DEL.
  if (version() >= "0.4.0") {
    config_["prevResult"] = result;
    EXPECT_EQ(run("CHECK", "a").output, "");
  }
  EXPECT_EQ(run("DEL", "a").output, "");
  expect_as_before("DEL");
}

TEST_P(ConformanceTest, VerbsComeWithTheirVersion) {
  const std::map<std::string, std::string> introduced = {{"CHECK", "0.4.0"}, {"STATUS", "1.1.0"}, {"GC", "1.1.0"}};
  add("a");
  for (const auto& [verb, since] : introduced) {
    config_["cni.dev/valid-attachments"] = {{{"containerID", "a"}, {"ifname", "eth0"}}};
    const PluginAnswer answer = run(verb, "a");
    if (version() >= since) {
      EXPECT_EQ(answer.exit_code, 0) << verb << answer.output;
      EXPECT_EQ(answer.output, "") << verb;
    } else {
      expect_error(answer, 1, verb);
    }
  }
}

TEST_P(ConformanceTest, MissingVariablesAreNamed) {
  for (const char* verb : {"ADD", "DEL", "CHECK"}) {
    for (const std::string variable : {"CNI_CONTAINERID", "CNI_IFNAME", "CNI_NETNS"}) {
      if (variable == "CNI_NETNS" && std::string(verb) == "DEL") continue;
      PluginCall request = call(verb, "a");
      request.environment.erase(variable);
      const PluginAnswer answer = run_plugin(request);
      expect_error(answer, 4, verb + variable);
      EXPECT_NE(answer.message().find(variable), std::string::npos) << answer.output;
    }
  }
  PluginCall unknown = call("FROBNICATE", "a");
  expect_error(run_plugin(unknown), 4, "unknown verb");
  expect_as_before("missing variables");
}

TEST_P(ConformanceTest, MalformedVariablesAreRefused) {
  const std::vector<std::pair<std::string, std::string>> malformed = {
      {"CNI_CONTAINERID", "../a"}, {"CNI_CONTAINERID", "-a"},          {"CNI_IFNAME", "a/b"}, {"CNI_IFNAME", ".."},
      {"CNI_IFNAME", "a b"},       {"CNI_IFNAME", "sixteen-bytes-16"}, {"CNI_IFNAME", "a:b"}};
  for (const auto& [variable, value] : malformed) {
    for (const char* verb : {"ADD", "DEL"}) {
      PluginCall request = call(verb, "a");
      request.environment[variable] = value;
      expect_error(run_plugin(request), 4, fmt::format("{} {}={}", verb, variable, value));
    }
  }
  expect_as_before("malformed variables");
}

TEST_P(ConformanceTest, BadConfigurationsAreRefused) {
  for (const char* verb : {"ADD", "DEL"}) {
    PluginCall request = call(verb, "a");
    request.input = "{";
    EXPECT_EQ(run_plugin(request).code(), 6) << verb;
    auto config = config_;
    config["name"] = "a/b";
    request.input = config.dump();
    expect_error(run_plugin(request), 7, verb);
    config = config_;
    config["cniVersion"] = "1.0";
    request.input = config.dump();
    EXPECT_EQ(run_plugin(request).code(), 1) << verb;
  }
  expect_as_before("bad configurations");
}

TEST_P(ConformanceTest, DelDoesNotMindWhatIsGone) {
  std::ofstream(pod_path("file")) << "x";
  EXPECT_EQ(run("DEL", "a").exit_code, 0) << "before ADD";
  for (const std::string& path : {std::string(), pod_path("missing"), pod_path("file"), pod_.path()}) {
    add("a");
    for (const char* time : {"first", "second"}) {
      PluginCall request = call("DEL", "a");
      request.environment["CNI_NETNS"] = path;
      const PluginAnswer answer = run_plugin(request);
      EXPECT_EQ(answer.exit_code, 0) << time << ' ' << path << answer.output;
      expect_as_before(time + path);
    }
  }
}

TEST_P(ConformanceTest, DelDoesNotMindAChangedConfiguration) {
  add("a");
  config_["mode"] = std::string(std::get<0>(GetParam())) == "ptp" ? "bridge" : "ptp";
  config_["mtu"] = 1300;
  remove_subnet_env();
  EXPECT_EQ(run("DEL", "a").exit_code, 0);
  expect_as_before("DEL");
}

TEST_P(ConformanceTest, ASecondAddIsRefused) {
  add("a");
  const auto attached = kernel_snapshot();
  expect_error(run("ADD", "a"), 102, "second ADD");
  EXPECT_EQ(kernel_snapshot(), attached);
}

TEST_P(ConformanceTest, TheHostsNamespaceIsRefused) {
  for (const char* verb : {"ADD", "DEL", "CHECK"}) {
    if (std::string(verb) == "CHECK" && version() < "0.4.0") continue;
    PluginCall request = call(verb, "a");
    request.environment["CNI_NETNS"] = "/proc/self/ns/net";
    expect_error(run_plugin(request), 8, verb);
  }
  expect_as_before("own namespace");
}

TEST_P(ConformanceTest, OneContainerMayHaveSeveralInterfaces) {
  const auto addresses = add("a");
  PluginCall second = call("ADD", "a");
  second.environment["CNI_IFNAME"] = "net1";
  const PluginAnswer answer = run_plugin(second);
  ASSERT_EQ(answer.exit_code, 0) << answer.output;
  EXPECT_EQ(ledger_files().count("attachments/a:net1"), 1U);
  if (version() >= "0.4.0") {
    second.environment["CNI_COMMAND"] = "CHECK";
    EXPECT_EQ(run_plugin(second).output, "");
    EXPECT_EQ(run("CHECK", "a").output, "");
  }
  second.environment["CNI_COMMAND"] = "DEL";
  EXPECT_EQ(run_plugin(second).exit_code, 0);
  EXPECT_EQ(ledger_files().count("attachments/a:eth0"), 1U);
  EXPECT_EQ(ledger_files().count("attachments/a:net1"), 0U);
  // The first still has the default routes.
  for (const IpAddress& address : addresses) {
    UdpEnd inside = pod_.run([&] { return UdpEnd(address); });
    UdpEnd node(ip(address.is_v4() ? kNodeAddress4 : kNodeAddress6));
    EXPECT_TRUE(inside.exchange(node)) << address.to_string();
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, ConformanceTest,
                         ::testing::Combine(::testing::Values("ptp", "bridge"),
                                            ::testing::Values("0.3.1", "0.4.0", "1.0.0", "1.1.0")),
                         [](const auto& tested) {
                           std::string name =
                               fmt::format("{}_{}", std::get<0>(tested.param), std::get<1>(tested.param));
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace weft::test
