// The traps of the lease protocol (test/unit/subnet/lease_traps_*_test.cpp) that belong to its shell: what the protocol
// is told, over real HTTP from a real list-and-watch stream.
#include "daemon/lease_shell.h"
#include "subnet/kube_client.h"
#include "subnet/kube_config_file.h"
#include "subnet/node_codec.h"
#include "test/support/api_server/api.h"
#include "test/support/api_server/server.h"
#include "test/support/api_server/synthetic.h"
#include "test/unit/subnet/kube_test_server.h"
#include "test/unit/subnet/lease_protocol_fixture.h"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace weft {
namespace {

using namespace std::chrono_literals;
using test::Api;
using test::FaultAction;

class Listener final : public LeaseListener {
 public:
  void on_synced(const std::optional<NodeRecord>& /*own*/) override {}
  void on_data_plane(DataPlaneInput /*input*/) override {}
  void on_held(const LocalLease& local) override { held = local.lease.subnets; }
  void on_suspect(const std::string& /*reason*/) override {}
  void on_evicted(const Subnets& /*subnets*/, const std::string& /*reason*/) override {}
  void on_exhausted(const std::string& /*reason*/) override {}
  void on_lease_event(lease_action::LeaseEventReason /*reason*/, const std::string& /*message*/) override {}
  void on_lease_problem(const std::string& /*message*/) override {}
  void on_watch_broken(const StreamBroken& /*broken*/) override {}
  void on_watch_alive() override {}
  void on_held_back(std::size_t /*nodes*/) override {}

  std::optional<Subnets> held;
};

class LeaseTraps : public testing::Test {
 protected:
  void SetUp() override {
    auto started = test::ApiServer::start({});
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
    auto config = parse_kube_config(server_->kubeconfig(), "/test/kubeconfig", "");
    ASSERT_TRUE(config) << config.error().message;
    client_.emplace(io_, *config, KubeClientOptions{});
  }

  void with(const std::function<void(Api&)>& action) { server_->with(action); }

  void put(const std::string& name, const nlohmann::json& metadata, const std::string& pod_cidr = "") {
    nlohmann::json node = {
        {"apiVersion", "v1"}, {"kind", "Node"}, {"metadata", metadata}, {"spec", nlohmann::json::object()}};
    node["metadata"]["name"] = name;
    node["metadata"]["uid"] = "uid-" + name;
    if (!pod_cidr.empty()) node["spec"]["podCIDR"] = pod_cidr;
    with([&](Api& api) { api.store.put("nodes/" + name, node); });
  }
  // The own Node, with the claim a crash left behind: it is judged by a list.
  void put_claim(std::string_view wanted) {
    const Claim claim{"uid-me", "0123456789abcdef", {.v4 = block(wanted), .v6 = {}}};
    put("me", {{"annotations", {{"weft.network/claim", encode(claim)}}}});
  }

  [[nodiscard]] bool reaches_held(LeaseConfig config = test_config()) {
    config.mode = LeaseMode::claim;
    LeaseShell shell(*client_, std::move(config), AnnotationKeys::under("weft.network").value(), "weft.network",
                     listener_);
    shell.start();
    shell.set_vtep(test_vtep());
    // Five thousand nodes take a sanitizer on a busy machine long; the limit is there to end what hangs.
    const bool held = run_until(io_, [&] { return listener_.held.has_value(); }, 200s);
    shell.stop();
    return held;
  }

  // How often nodes were listed (WatchList is a watch) with this answer.
  [[nodiscard]] std::size_t lists(int code) {
    std::size_t count = 0;
    with([&](Api& api) { count = api.counts["list nodes"][code]; });
    return count;
  }

  boost::asio::io_context io_;
  std::unique_ptr<test::ApiServer> server_;
  std::optional<KubeClient> client_;
  Listener listener_;
};

// Nodes of another operating system, or without our daemon, have podCIDRs too.
TEST_F(LeaseTraps, Trap10_ForeignNodesAreSeen) {
  LeaseConfig config = test_config();
  config.network.v4 = family_config("10.1.0.0/23", 24);
  config.preferred.v4 = block("10.1.0.0/24");
  put("windows", {{"labels", {{"kubernetes.io/os", "windows"}}}}, "10.1.0.0/24");
  put("me", nlohmann::json::object());
  ASSERT_TRUE(reaches_held(config));
  EXPECT_EQ(listener_.held->v4, block("10.1.1.0/24"));
}

TEST_F(LeaseTraps, Trap11_AListCutByACompactionIsMadeAnew) {
  with([](Api& api) {
    test::add_nodes(api.store, {.count = 600, .image_count = 0});
    api.faults.add({.action = FaultAction::status, .verb = "list", .skip = 1, .code = 410});
  });
  put_claim("10.1.7.0/24");
  ASSERT_TRUE(reaches_held());
  EXPECT_EQ(listener_.held->v4, block("10.1.7.0/24"));
  EXPECT_EQ(lists(410), 1U);
  EXPECT_EQ(lists(200), 3U) << "a page, and two pages of a new list";
}

TEST_F(LeaseTraps, Trap17_ACompactedRevisionIsReplacedByThePresent) {
  put_claim("10.1.7.0/24");
  put("n1", nlohmann::json::object());
  with([](Api& api) { api.store.compact(api.store.revision()); });
  ASSERT_TRUE(reaches_held());
  EXPECT_EQ(listener_.held->v4, block("10.1.7.0/24"));
  EXPECT_EQ(lists(410), 1U);
  EXPECT_EQ(lists(200), 1U);
}

// The last page counts as much as the first: there is the rival.
TEST_F(LeaseTraps, Trap18_FiveThousandNodesAreOneState) {
  with([](Api& api) { test::add_nodes(api.store, {.count = 5200, .image_count = 0, .ipv6 = false}); });
  put("zz", nlohmann::json::object(), "10.1.7.0/24");
  put_claim("10.1.7.0/24");
  ASSERT_TRUE(reaches_held());
  EXPECT_NE(listener_.held->v4, block("10.1.7.0/24"));
  EXPECT_EQ(lists(200), 11U);
}

// Against etcd itself, or kine: no WatchList, no bookmarks, slow answers.
TEST_F(LeaseTraps, Trap20_WithoutAWatchCacheTheLeaseIsHeld) {
  with([](Api& api) {
    api.behaviour.watch_list = false;
    api.faults.add({.action = FaultAction::delay, .verb = "list", .count = 0, .delay = 50ms});
  });
  put("n1", nlohmann::json::object(), "10.1.7.0/24");
  put_claim("10.1.7.0/24");
  ASSERT_TRUE(reaches_held());
  EXPECT_NE(listener_.held->v4, block("10.1.7.0/24"));
}

}  // namespace
}  // namespace weft
