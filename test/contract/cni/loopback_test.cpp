#include "backend/netlink/find_link.h"
#include "test/contract/cni/cni_node.h"

#include <linux/netlink.h>
#include <net/if.h>

namespace weft::test {
namespace {

// As containerd calls it, whatever the network's own version.
class LoopbackTest : public CniNodeTest {
 protected:
  LoopbackTest() { config_ = {{"cniVersion", "0.3.1"}, {"name", "cni-loopback"}, {"type", "loopback"}}; }

  [[nodiscard]] PluginAnswer run_loopback(const std::string& verb) const {
    PluginCall request = call(verb, "a");
    request.name = "/opt/cni/bin/loopback";
    request.environment["CNI_IFNAME"] = "lo";
    return run_plugin(request);
  }

  [[nodiscard]] bool is_up() const {
    return pod_.run([] {
      auto socket = netlink::Socket::open(NETLINK_ROUTE).value();
      return (netlink::find_link(socket, "lo").value().value().flags & IFF_UP) != 0;
    });
  }

  NetworkNamespace pod_ = new_pod("a");
};

TEST_F(LoopbackTest, SetsLoUpAndDown) {
  ASSERT_FALSE(is_up());
  const PluginAnswer added = run_loopback("ADD");
  ASSERT_EQ(added.exit_code, 0) << added.output;
  EXPECT_TRUE(is_up());
  EXPECT_EQ(added.json(),
            nlohmann::json::parse(
                R"({"cniVersion":"0.3.1","interfaces":[{"name":"lo","mac":"00:00:00:00:00:00","sandbox":")" +
                pod_.path() + R"("}],"ips":[{"address":"127.0.0.1/8","interface":0,"version":"4"},)" +
                R"({"address":"::1/128","interface":0,"version":"6"}]})"));
  EXPECT_EQ(run_loopback("ADD").exit_code, 0) << "twice is once";
  EXPECT_EQ(run_loopback("DEL").output, "");
  EXPECT_FALSE(is_up());
  EXPECT_EQ(ledger_files(), std::set<std::string>{}) << "it keeps nothing";
}

TEST_F(LoopbackTest, PassesAPreviousResultOn) {
  config_["prevResult"] = {{"cniVersion", "0.3.1"}, {"ips", {{{"address", "198.51.100.7/24"}}}}};
  EXPECT_EQ(run_loopback("ADD").json(), config_["prevResult"]);
}

TEST_F(LoopbackTest, CheckSeesThatItIsDown) {
  config_["cniVersion"] = "1.0.0";
  ASSERT_EQ(run_loopback("ADD").exit_code, 0);
  EXPECT_EQ(run_loopback("CHECK").exit_code, 0);
  ASSERT_EQ(run_loopback("DEL").exit_code, 0);
  const PluginAnswer answer = run_loopback("CHECK");
  EXPECT_EQ(answer.code(), 103);
  EXPECT_EQ(answer.message(), "lo in the pod is down");
}

TEST_F(LoopbackTest, DelDoesNotMindWhatIsGone) {
  for (const std::string& path : {std::string(), pod_path("missing"), std::string("/dev/null")}) {
    PluginCall request = call("DEL", "a");
    request.name = "loopback";
    request.environment["CNI_NETNS"] = path;
    EXPECT_EQ(run_plugin(request).exit_code, 0) << path;
  }
}

TEST_F(LoopbackTest, TheNodesOwnLoStays) {
  for (const char* verb : {"ADD", "DEL"}) {
    PluginCall request = call(verb, "a");
    request.name = "loopback";
    request.environment["CNI_NETNS"] = "/proc/self/ns/net";
    EXPECT_EQ(run_plugin(request).code(), 8) << verb;
  }
}

TEST_F(LoopbackTest, StatusAndGcHaveNothingToSay) {
  config_["cniVersion"] = "1.1.0";
  for (const char* verb : {"STATUS", "GC"}) {
    const PluginAnswer answer = run_loopback(verb);
    EXPECT_EQ(answer.exit_code, 0) << answer.output;
    EXPECT_EQ(answer.output, "");
  }
}

}  // namespace
}  // namespace weft::test
