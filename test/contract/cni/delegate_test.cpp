// A delegate that writes down what it is asked and answers as it is told; the pod's namespace is not its business.
#include "test/contract/cni/cni_node.h"

#include <fstream>

#include <sys/stat.h>

namespace weft::test {
namespace {

constexpr const char* kDelegate = R"(#!/bin/sh
dir=$(dirname "$0")
input=$(cat)
echo "$CNI_COMMAND $CNI_CONTAINERID $CNI_IFNAME netns=$CNI_NETNS $input" >> "$dir/calls"
if [ -f "$dir/fail-$CNI_COMMAND" ]; then cat "$dir/fail-$CNI_COMMAND"; exit 1; fi
if [ "$CNI_COMMAND" = ADD ]; then echo '{"cniVersion":"1.1.0","ips":[{"address":"10.244.7.9/24"}]}'; fi
)";

class DelegateTest : public CniNodeTest {
 protected:
  DelegateTest() {
    config_["delegate"] = {{"type", "worker"}};
    std::filesystem::create_directory(bin());
    std::ofstream(bin() + "/worker") << kDelegate;
    ::chmod((bin() + "/worker").c_str(), 0755);
  }

  [[nodiscard]] std::string bin() const { return pod_path("bin"); }

  [[nodiscard]] PluginAnswer ask(const std::string& verb, const std::string& name = "a") const {
    PluginCall request = call(verb, name);
    request.environment["CNI_PATH"] = "/nowhere:" + bin();
    request.environment["PATH"] = "/usr/bin:/bin";
    return weft::test::run_plugin(request);
  }

  // What the delegate was called for since the last time.
  std::vector<std::string> calls() {
    std::ifstream file(bin() + "/calls");
    std::vector<std::string> all;
    for (std::string line; std::getline(file, line);) all.push_back(line);
    std::vector<std::string> fresh(all.begin() + static_cast<std::ptrdiff_t>(seen_), all.end());
    seen_ = all.size();
    return fresh;
  }

  // What is kept, by container and interface.
  [[nodiscard]] std::set<std::string> kept() const {
    std::set<std::string> names;
    if (!std::filesystem::exists(data_directory() + "/delegates")) return names;
    for (const auto& entry : std::filesystem::directory_iterator(data_directory() + "/delegates")) {
      names.insert(entry.path().filename());
    }
    return names;
  }

  void fail(const std::string& verb, const std::string& output) const {
    std::ofstream(bin() + "/fail-" + verb) << output;
  }
  void succeed(const std::string& verb) const { std::filesystem::remove(bin() + "/fail-" + verb); }

  static nlohmann::json conf_of(const std::string& call) {
    return nlohmann::json::parse(call.substr(call.find('{')), nullptr, false);
  }

  NetworkNamespace pod_ = new_pod("a");
  std::size_t seen_ = 0;
};

TEST_F(DelegateTest, AddAndDelAreTheDelegates) {
  const PluginAnswer added = ask("ADD");
  ASSERT_EQ(added.exit_code, 0) << added.output << added.errors;
  EXPECT_EQ(added.json().at("ips").at(0).at("address"), "10.244.7.9/24");
  const auto add_call = calls().at(0);
  EXPECT_TRUE(add_call.starts_with("ADD a eth0 netns=" + pod_.path())) << add_call;
  EXPECT_EQ(conf_of(add_call).at("ipam").at("ranges").at(0).at(0).at("subnet"), "10.244.7.0/24");

  EXPECT_EQ(ask("DEL").exit_code, 0);
  const auto del_call = calls().at(0);
  EXPECT_TRUE(del_call.starts_with("DEL a eth0")) << del_call;
  EXPECT_EQ(conf_of(del_call), conf_of(add_call));
  EXPECT_EQ(kept(), std::set<std::string>{});
}

TEST_F(DelegateTest, DelUsesWhatAddWasDoneWith) {
  ASSERT_EQ(ask("ADD").exit_code, 0);
  const auto conf = conf_of(calls().at(0));
  config_["delegate"] = {{"type", "another"}};
  write_subnet_env("10.244.99.1/24", "");
  EXPECT_EQ(ask("DEL").exit_code, 0);
  EXPECT_EQ(conf_of(calls().at(0)), conf);

  config_["delegate"] = {{"type", "worker"}};
  ASSERT_EQ(ask("ADD").exit_code, 0);
  config_.erase("delegate");
  remove_subnet_env();
  (void)calls();
  EXPECT_EQ(ask("DEL").exit_code, 0);
  EXPECT_EQ(calls().size(), 1U) << "also when the configuration does not delegate any more";
}

TEST_F(DelegateTest, LostStateDoesNotLeak) {
  ASSERT_EQ(ask("ADD").exit_code, 0);
  std::filesystem::remove_all(data_directory());
  (void)calls();
  EXPECT_EQ(ask("DEL").exit_code, 0);
  const auto again = calls();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(conf_of(again[0]).at("ipam").at("ranges").at(0).at(0).at("subnet"), "10.244.7.0/24");
}

TEST_F(DelegateTest, DamagedStateDoesNotLeak) {
  ASSERT_EQ(ask("ADD").exit_code, 0);
  std::ofstream(data_directory() + "/delegates/a:eth0") << "{\"type\": \"wor";
  (void)calls();
  EXPECT_EQ(ask("DEL").exit_code, 0);
  EXPECT_EQ(calls().size(), 1U);
  EXPECT_EQ(kept(), std::set<std::string>{});
}

TEST_F(DelegateTest, AFailedAddIsUndoneAndItsErrorPassedOn) {
  fail("ADD", R"({"code": 11, "msg": "no room", "details": "at all"})");
  const PluginAnswer answer = ask("ADD");
  EXPECT_EQ(answer.exit_code, 1);
  EXPECT_EQ(answer.code(), 11);
  EXPECT_EQ(answer.message(), "delegate worker: no room");
  EXPECT_EQ(answer.json().at("details"), "at all");
  const auto made = calls();
  ASSERT_EQ(made.size(), 2U);
  EXPECT_TRUE(made[1].starts_with("DEL a eth0")) << made[1];
  EXPECT_EQ(kept(), std::set<std::string>{});
}

TEST_F(DelegateTest, AFailedDelIsToldAndCanBeTriedAgain) {
  ASSERT_EQ(ask("ADD").exit_code, 0);
  fail("DEL", "not JSON");
  const PluginAnswer answer = ask("DEL");
  EXPECT_EQ(answer.exit_code, 1);
  EXPECT_NE(answer.message().find("delegate worker ended with exit status 1: not JSON"), std::string::npos);
  succeed("DEL");
  EXPECT_EQ(ask("DEL").exit_code, 0);
  EXPECT_EQ(kept(), std::set<std::string>{});
}

TEST_F(DelegateTest, ASecondAddDoesNotDisturbTheFirst) {
  ASSERT_EQ(ask("ADD").exit_code, 0);
  (void)calls();
  EXPECT_EQ(ask("ADD").code(), 102);
  EXPECT_TRUE(calls().empty());
}

TEST_F(DelegateTest, CheckAndStatusAreTheDelegates) {
  ASSERT_EQ(ask("ADD").exit_code, 0);
  EXPECT_EQ(ask("CHECK").exit_code, 0);
  EXPECT_EQ(ask("STATUS").exit_code, 0);
  fail("CHECK", R"({"code": 100, "msg": "gone"})");
  fail("STATUS", R"({"code": 50, "msg": "full"})");
  EXPECT_EQ(ask("CHECK").message(), "delegate worker: gone");
  EXPECT_EQ(ask("STATUS").code(), 50);
  succeed("STATUS");
  remove_subnet_env();
  EXPECT_EQ(ask("STATUS").code(), 50);
}

TEST_F(DelegateTest, GcUndoesWhatIsNotValidAndAsksTheDelegate) {
  const NetworkNamespace b = new_pod("b");
  ASSERT_EQ(ask("ADD", "a").exit_code, 0);
  ASSERT_EQ(ask("ADD", "b").exit_code, 0);
  (void)calls();
  config_["cni.dev/valid-attachments"] = {{{"containerID", "b"}, {"ifname", "eth0"}}};
  const PluginAnswer answer = ask("GC");
  EXPECT_EQ(answer.exit_code, 0) << answer.output;
  const auto made = calls();
  ASSERT_EQ(made.size(), 2U);
  EXPECT_TRUE(made[0].starts_with("DEL a eth0 netns= {")) << made[0];
  EXPECT_TRUE(made[1].starts_with("GC ")) << made[1];
  EXPECT_EQ(kept(), std::set<std::string>{"b:eth0"});
}

TEST_F(DelegateTest, AMissingPluginIsNamedWithWhereItWasSought) {
  config_["delegate"]["type"] = "nonesuch";
  const PluginAnswer answer = ask("ADD");
  EXPECT_EQ(answer.code(), 7);
  EXPECT_NE(answer.message().find("no plugin nonesuch in CNI_PATH /nowhere:" + bin()), std::string::npos);
  config_["delegate"]["type"] = "../worker";
  EXPECT_EQ(ask("ADD").code(), 7);
  EXPECT_EQ(run("ADD", "a").code(), 7) << "the type first, then CNI_PATH";
  config_["delegate"]["type"] = "worker";
  EXPECT_EQ(run("ADD", "a").code(), 4) << "without CNI_PATH";
  EXPECT_EQ(kept(), std::set<std::string>{});
}

}  // namespace
}  // namespace weft::test
