// Addresses that are asked for, by every way CNI has.
#include "cni-plugin/link_view.h"
#include "test/contract/cni/cni_node.h"
#include "test/support/cni/kernel_snapshot.h"
#include "test/support/cni/udp.h"
#include "test/support/kernel_objects.h"

namespace weft::test {
namespace {

// In mode "ptp" and in mode "bridge".
class FixedAddressesTest : public CniNodeTest, public ::testing::WithParamInterface<const char*> {
 protected:
  FixedAddressesTest() { config_["mode"] = GetParam(); }

  void ask_for(const nlohmann::json& what) { config_["runtimeConfig"] = what; }

  [[nodiscard]] PluginAnswer add_with(const std::string& name, const std::string& args) const {
    PluginCall asking = call("ADD", name);
    asking.environment["CNI_ARGS"] = args;
    return run_plugin(asking);
  }

  // ADD that must be refused and change nothing.
  void expect_refused(const std::string& name, int code, const std::string& text) const {
    const auto kernel = kernel_snapshot();
    const auto ledger = ledger_files();
    const PluginAnswer answer = run("ADD", name);
    EXPECT_EQ(answer.code(), code) << answer.output;
    EXPECT_NE(answer.message().find(text), std::string::npos) << answer.output << "\nexpected: " << text;
    EXPECT_EQ(kernel_snapshot(), kernel);
    EXPECT_EQ(ledger_files(), ledger);
  }

  static std::string mac_inside(const NetworkNamespace& pod) {
    return pod.run([] {
      OtherHand hand;
      return cni::read_link_view(hand.socket(), "eth0").value().value().link.mac.to_string();
    });
  }
};

TEST_P(FixedAddressesTest, AreGivenAndWork) {
  ask_for({{"ips", {"10.244.7.99/24", "fd00:10:244:7:dead:beef:0:1"}}, {"mac", "0a:58:0a:f4:07:63"}});
  const NetworkNamespace pod = new_pod("a");
  const PluginAnswer answer = run("ADD", "a");
  ASSERT_EQ(answer.exit_code, 0) << answer.output;
  const auto addresses = addresses_of(answer);
  ASSERT_EQ(addresses, (std::vector<IpAddress>{ip("10.244.7.99"), ip("fd00:10:244:7:dead:beef:0:1")}));
  EXPECT_EQ(answer.json().at("interfaces").back().at("mac"), "0a:58:0a:f4:07:63");
  EXPECT_EQ(mac_inside(pod), "0a:58:0a:f4:07:63");
  config_.erase("runtimeConfig");
  const NetworkNamespace neighbour = new_pod("b");
  const auto others = add("b");
  for (std::size_t family = 0; family < 2; ++family) {
    UdpEnd end = pod.run([&] { return UdpEnd(addresses[family]); });
    UdpEnd node(ip(family == 0 ? kNodeAddress4 : kNodeAddress6));
    UdpEnd other = neighbour.run([&] { return UdpEnd(others.at(family)); });
    EXPECT_TRUE(end.exchange(node));
    EXPECT_TRUE(node.exchange(end));
    EXPECT_TRUE(end.exchange(other));
  }
  EXPECT_EQ(run("CHECK", "a").output, "");
  EXPECT_EQ(run("DEL", "a").exit_code, 0);
  EXPECT_EQ(ledger_files().count("addresses/10.244.7.99"), 0U);
}

TEST_P(FixedAddressesTest, ComeFromTheEnvironmentAndTheArgumentsToo) {
  const NetworkNamespace a = new_pod("a");
  const PluginAnswer first = add_with("a", "IP=10.244.7.50;MAC=0a:58:0a:f4:07:32;K8S_POD_NAME=x");
  ASSERT_EQ(first.exit_code, 0) << first.output;
  EXPECT_EQ(addresses_of(first).front(), ip("10.244.7.50"));
  EXPECT_EQ(mac_inside(a), "0a:58:0a:f4:07:32");

  config_["args"]["cni"] = {{"ips", {"fd00:10:244:7::51"}}, {"labels", {{{"key", "a"}}}}};
  const NetworkNamespace b = new_pod("b");
  const PluginAnswer second = add_with("b", "IP=10.244.7.61");
  ASSERT_EQ(second.exit_code, 0) << second.output;
  EXPECT_EQ(addresses_of(second).back(), ip("fd00:10:244:7::51"));
  EXPECT_NE(addresses_of(second).front(), ip("10.244.7.61")) << "the first who says \"ips\" says all of it";
}

TEST_P(FixedAddressesTest, AreHadAgainAtOnce) {
  ask_for({{"ips", {"10.244.7.77"}}});
  for (int i = 0; i < 3; ++i) {
    const NetworkNamespace pod = new_pod("a");
    EXPECT_EQ(add("a").at(0), ip("10.244.7.77"));
    ASSERT_EQ(run("DEL", "a").exit_code, 0);
  }
}

TEST_P(FixedAddressesTest, OfAnotherPodAreRefusedWithItsName) {
  const NetworkNamespace a = new_pod("a");
  const NetworkNamespace b = new_pod("b");
  const auto taken = add("a");
  ask_for({{"ips", {taken.at(1).to_string()}}});
  expect_refused("b", 105, "\"runtimeConfig\": \"ips\": ");
  expect_refused("b", 105, taken.at(1).to_string() + " is taken by container a (default/a): ask for another one");
}

TEST_P(FixedAddressesTest, ThatCannotBeHadAreRefused) {
  const NetworkNamespace pod = new_pod("a");
  const std::vector<std::pair<nlohmann::json, std::string>> refused = {
      {{{"ips", {"10.245.0.5"}}}, "\"10.245.0.5\": it is outside this node's subnet 10.244.7.0/24"},
      {{{"ips", {"10.244.7.1"}}}, "it is the gateway's address"},
      {{{"ips", {"10.244.7.255"}}}, "it is the broadcast address"},
      {{{"ips", {"fd00:10:244:7::"}}}, "it is the network's own address"},
      {{{"ips", {"10.244.7.5/16"}}}, "the prefix length must be 24"},
      {{{"ips", {"10.244.7.5", "10.244.7.6"}}}, "a pod has one IPv4 address"},
      {{{"mac", "01:00:5e:00:00:01"}}, "must be a unicast hardware address"},
  };
  for (const auto& [what, text] : refused) {
    ask_for(what);
    expect_refused("a", 7, text);
  }
  ask_for(nlohmann::json::object());
  write_subnet_env("10.244.7.1/24", "");
  ask_for({{"ips", {"fd00:10:244:7::5"}}});
  expect_refused("a", 7, "this node's pods have no IPv6 addresses");
  config_.erase("runtimeConfig");
  const PluginAnswer unknown = add_with("a", "COLOUR=red");
  EXPECT_EQ(unknown.code(), 4) << unknown.output;
}

TEST_P(FixedAddressesTest, DoNotMatterToDel) {
  const NetworkNamespace pod = new_pod("a");
  add("a");
  ask_for({{"ips", "nonsense"}, {"mac", 7}});
  PluginCall deleting = call("DEL", "a");
  deleting.environment["CNI_ARGS"] = "nonsense";
  EXPECT_EQ(run_plugin(deleting).exit_code, 0);
  EXPECT_EQ(ledger_files(), std::set<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Modes, FixedAddressesTest, ::testing::Values("ptp", "bridge"),
                         [](const auto& mode) { return std::string(mode.param); });

class BridgeMacTest : public FixedAddressesTest {};

// On one link a hardware address leads to one place.
TEST_P(BridgeMacTest, OneThatIsTakenIsRefused) {
  const NetworkNamespace a = new_pod("a");
  const NetworkNamespace b = new_pod("b");
  const NetworkNamespace c = new_pod("c");
  const auto made = run("ADD", "a").json().at("interfaces");
  ask_for({{"mac", made.at(2).at("mac")}});
  expect_refused("b", 105, "container a (default/a) has it: ask for another");
  ask_for({{"mac", made.at(0).at("mac")}});
  expect_refused("b", 105, "bridge cni0 has it: ask for another");
  ask_for({{"mac", "0a:58:00:00:00:07"}});
  add("b");
  expect_refused("c", 105, "\"runtimeConfig\": \"mac\" \"0a:58:00:00:00:07\": container b (default/b) has it");
  ASSERT_EQ(run("DEL", "b").exit_code, 0);
  add("c");
}

INSTANTIATE_TEST_SUITE_P(Modes, BridgeMacTest, ::testing::Values("bridge"));

}  // namespace
}  // namespace weft::test
