#include "daemon/debug/dataset_text.h"
#include "daemon/debug/node_pods.h"
#include "daemon/debug/pods.h"
#include "subnet/ledger/host_link.h"
#include "test/support/temporary_directory.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace weft {
namespace {

using std::chrono::seconds;

Attachment pod(const std::string& id, const char* address, seconds made) {
  Attachment attachment;
  attachment.key = {id, "eth0"};
  attachment.host_link = host_link_name(attachment.key);
  attachment.network = "weft";
  attachment.pod_namespace = "default";
  attachment.pod_name = "web-" + id;
  attachment.boot_id = "this";
  attachment.since_boot = made;
  attachment.addresses = {IpAddress::parse(address).value(), IpAddress::parse("fd00::2").value()};
  return attachment;
}

PodsView node() {
  const Attachment living = pod("3f1c0000000000000000000000000000", "10.244.7.2", seconds(100));
  const Attachment dead = pod("b", "10.244.7.3", seconds(200));
  PodsView view{.directory = "/run/weft/cni"};
  view.entries = {{living.key, living}, {dead.key, dead}, {{"c", "eth0"}, fail("an entry that is not a JSON object")}};
  view.strays = {{IpAddress::parse("10.244.7.9").value(), fail("torn")}};
  view.links = {{.index = 3, .name = living.host_link, .up = true},
                {.index = 4, .name = "wp000000000000", .up = false}};
  view.moment = {.boot_id = "this", .since_boot = seconds(7300), .grace = seconds(60)};
  return view;
}

std::vector<std::string> states(const nlohmann::json& data) {
  std::vector<std::string> result;
  for (const auto& row : data["pods"]) result.push_back(row["state"]);
  return result;
}

TEST(DebugPods, JsonHasARowForEverything) {
  const auto data = pods_json(node());
  EXPECT_EQ(data["ledger"], "/run/weft/cni");
  EXPECT_EQ(states(data),
            (std::vector<std::string>{"attached", "link-gone", "unreadable", "stray-address", "no-entry"}));
  const auto& living = data["pods"][0];
  EXPECT_EQ(living["container"], "3f1c0000000000000000000000000000");
  EXPECT_EQ(living["interface"], "eth0");
  EXPECT_EQ(living["namespace"], "default");
  EXPECT_EQ(living["addresses"], nlohmann::json({"10.244.7.2", "fd00::2"}));
  EXPECT_EQ(living["age_seconds"], 7200);
  EXPECT_EQ(living["swept"], false);
  EXPECT_FALSE(living.contains("why"));
  EXPECT_EQ(data["pods"][3]["addresses"], nlohmann::json({"10.244.7.9"}));
}

TEST(DebugPods, LeaksAreWhatASweepTakesAway) {
  PodsView view = node();
  view.leaks = true;
  EXPECT_EQ(states(pods_json(view)),
            (std::vector<std::string>{"link-gone", "unreadable", "stray-address", "no-entry"}));
}

TEST(DebugPods, TextIsOneLineAPod) {
  const std::string text = pods_text(pods_json(node()));
  EXPECT_NE(text.find("3f1c000000000   eth0   default/web-3f1c"), std::string::npos) << text;
  EXPECT_NE(text.find("10.244.7.2,fd00::2"), std::string::npos) << text;
  EXPECT_NE(text.find("2h"), std::string::npos) << text;
  EXPECT_NE(text.find("to be swept: half made"), std::string::npos) << text;
  EXPECT_EQ(std::ranges::count(text, '\n'), 6) << text;
}

TEST(DebugPods, OfANodeWithoutPods) {
  const test::TemporaryDirectory directory;
  const auto data = node_pods(directory / "cni", false);
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_EQ(pods_text(nlohmann::json::parse(*data)), "no pods in " + std::string(directory / "cni") + "\n");
}

TEST(DebugPods, TextOfAnythingDoesNotThrow) {
  for (const char* data : {"[]", "{}", R"({"pods":[7,{},{"addresses":[1],"age_seconds":"x"}]})"}) {
    static_cast<void>(pods_text(nlohmann::json::parse(data)));
  }
}

}  // namespace
}  // namespace weft
