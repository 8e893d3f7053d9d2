// The whole path on the test API server: kubeconfig, TLS, token, client, decoder, reflector, consumer.
#include "subnet/kube_config_file.h"
#include "subnet/node_resource.h"
#include "subnet/resource_list.h"
#include "subnet/resource_watch.h"
#include "test/support/api_server/api.h"
#include "test/support/api_server/server.h"
#include "test/support/api_server/synthetic.h"
#include "test/unit/subnet/kube_test_server.h"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <random>
#include <string>

namespace weft {
namespace {

using namespace std::chrono_literals;
using test::Api;
using test::Fault;
using test::FaultAction;

// What a consumer keeps: the set of Nodes and their versions, by the rules of reflector.h.
struct Consumer {
  std::map<std::string, std::string> nodes;
  std::map<std::string, std::string> list;
  bool listing = false;
  unsigned lists = 0;
  unsigned broken = 0;
  unsigned live = 0;
  Revision last = 0;
  bool any_spec = false;
  bool went_back = false;
  ListHow how = ListHow::paged_list;

  void operator()(const ListBegin&) { list.clear(), listing = true; }
  void operator()(const Item<RawNode>& item) { list[item.object.name] = item.object.resource_version; }
  void operator()(const ListEnd& end) {
    nodes = std::exchange(list, {});
    listing = false;
    ++lists;
    last = end.revision;
    how = end.how;
    went_back = went_back || end.went_back;
  }
  void operator()(const Upsert<RawNode>& event) {
    EXPECT_FALSE(listing);
    const Revision revision = std::stoull(event.object.resource_version);
    EXPECT_GT(revision, last) << "out of order or twice";
    last = revision;
    nodes[event.object.name] = event.object.resource_version;
    any_spec = event.object.has_spec;
    ++live;
  }
  void operator()(const Deleted<RawNode>& event) { (listing ? list : nodes).erase(event.object.name); }
  void operator()(const Bookmark&) {}
  void operator()(const StreamBroken&) { ++broken; }
};

class KubeWatch : public testing::Test {
 protected:
  void SetUp() override {
    test::ServerOptions options;
    options.tls = true;
    options.token = "t0ken";
    auto started = test::ApiServer::start(options);
    ASSERT_TRUE(started) << started.error().message;
    server = std::move(*started);
    auto config = parse_kube_config(server->kubeconfig(), "/test/kubeconfig", "");
    ASSERT_TRUE(config) << config.error().message;
    KubeClientOptions client_options;
    client_options.header = 500ms;  // a fault may be that nothing is answered
    client.emplace(io, *config, client_options);
  }

  void start() {
    ReflectorOptions options;
    options.page_limit = 7;
    options.first_wait = 5ms;
    options.list_silence = 500ms;
    options.watch_silence = 500ms;
    watch.emplace(
        *client, NodeResource("weft.network"), options, [this] { return random(); },
        [this](ResourceWatch<NodeResource>::Event event) { std::visit(consumer, std::move(event)); });
    watch->start();
  }

  void with(const std::function<void(Api&)>& action) { server->with(action); }
  void put(const std::string& name) {
    with([&name](Api& api) {
      api.store.put("nodes/" + name, {{"apiVersion", "v1"},
                                      {"kind", "Node"},
                                      {"metadata", {{"name", name}, {"uid", "u-" + name}}},
                                      {"spec", {{"podCIDR", "10.0.0.0/24"}}}});
    });
  }
  void add_nodes(std::size_t count) {
    with([count](Api& api) { test::add_nodes(api.store, {.count = count, .image_count = 3}); });
  }

  std::map<std::string, std::string> truth() {
    std::map<std::string, std::string> nodes;
    with([&nodes](Api& api) {
      for (const auto& object : api.store.list("nodes/", api.store.revision())) {
        nodes[object->key.substr(6)] = std::to_string(object->revision);
      }
    });
    return nodes;
  }
  [[nodiscard]] bool reaches_truth() {
    const auto wanted = truth();
    return run_until(io, [&] { return consumer.lists > 0 && !consumer.listing && consumer.nodes == wanted; });
  }

  ApiResult<ResourceListing<RawNode>> list(ListOptions options) {
    std::optional<ApiResult<ResourceListing<RawNode>>> answer;
    const ResourceList<NodeResource> request(*client, NodeResource("weft.network"), std::move(options),
                                             [&](auto result) { answer = std::move(result); });
    EXPECT_TRUE(run_until(io, [&] { return answer.has_value(); }));
    return answer ? std::move(*answer) : std::unexpected(ApiError{});
  }

  boost::asio::io_context io;
  std::mt19937_64 random{11};
  std::unique_ptr<test::ApiServer> server;
  std::optional<KubeClient> client;
  Consumer consumer;
  std::optional<ResourceWatch<NodeResource>> watch;
};

TEST_F(KubeWatch, FollowsTheNodesOverWatchList) {
  add_nodes(50);
  start();
  ASSERT_TRUE(reaches_truth());
  put("n1");
  put("n1");
  ASSERT_TRUE(reaches_truth());
  with([](Api& api) { test::remove_nodes(api.store, "fake-0001"); });
  ASSERT_TRUE(reaches_truth());
  EXPECT_EQ(consumer.lists, 1U);
  EXPECT_EQ(consumer.how, ListHow::watch_list);
  EXPECT_TRUE(watch->status().connected);
  EXPECT_EQ(watch->status().phase, ReflectorPhase::watching);
}

TEST_F(KubeWatch, FollowsTheNodesByPagesWhereThereIsNoWatchList) {
  with([](Api& api) { api.behaviour.watch_list = false; });
  add_nodes(50);
  start();
  ASSERT_TRUE(reaches_truth());
  put("n1");
  ASSERT_TRUE(reaches_truth());
  EXPECT_EQ(consumer.lists, 1U);
  EXPECT_EQ(consumer.how, ListHow::paged_list);
}

TEST_F(KubeWatch, MetadataIsEnoughUntilFullObjectsAreWanted) {
  add_nodes(20);
  start();
  ASSERT_TRUE(reaches_truth());
  watch->set_view(View::metadata);
  put("n1");
  ASSERT_TRUE(reaches_truth());
  EXPECT_FALSE(consumer.any_spec);
  EXPECT_EQ(consumer.lists, 1U);
  watch->set_view(View::full);
  ASSERT_TRUE(run_until(io, [&] { return consumer.lists == 2; }));
  put("n1");
  ASSERT_TRUE(reaches_truth());
  EXPECT_TRUE(consumer.any_spec);
}

TEST_F(KubeWatch, ARelistBringsTheWholeSetAgain) {
  add_nodes(20);
  start();
  ASSERT_TRUE(reaches_truth());
  watch->relist();
  ASSERT_TRUE(run_until(io, [&] { return consumer.lists == 2; }));
  EXPECT_TRUE(reaches_truth());
}

TEST_F(KubeWatch, HistoryThatIsGoneLeadsToANewList) {
  add_nodes(5);
  start();
  ASSERT_TRUE(reaches_truth());
  with([](Api& api) { api.faults.add({.action = FaultAction::status, .verb = "watch", .count = 3, .code = 503}); });
  server->disconnect_all();
  put("n1");
  with([](Api& api) { api.store.compact(api.store.revision()); });
  ASSERT_TRUE(reaches_truth());
  EXPECT_EQ(consumer.lists, 2U);
}

TEST_F(KubeWatch, AStoreThatGoesBackIsNoticed) {
  add_nodes(5);
  put("n1");
  start();
  ASSERT_TRUE(reaches_truth());
  with([](Api& api) { api.store.restore(3); });
  server->disconnect_all();
  EXPECT_TRUE(reaches_truth());
  EXPECT_TRUE(consumer.went_back);
}

TEST_F(KubeWatch, MissingRightsAreNamed) {
  with([](Api& api) { api.faults.add({.action = FaultAction::status, .verb = "watch", .count = 1000, .code = 403}); });
  start();
  ASSERT_TRUE(run_until(io, [&] { return watch->status().last_error.find("forbidden") != std::string::npos; }));
  EXPECT_NE(watch->status().last_error.find("\"watch\" on \"nodes\""), std::string::npos) << watch->status().last_error;
}

TEST_F(KubeWatch, NothingComesAfterStop) {
  add_nodes(5);
  start();
  ASSERT_TRUE(reaches_truth());
  watch->stop();
  const auto live = consumer.live;
  put("n1");
  io.restart();
  io.run_for(100ms);
  EXPECT_EQ(consumer.live, live);
}

// Every fault the server knows, in any order, while Nodes come and go: in the end the set is the truth.
TEST_F(KubeWatch, AnyFaultsEndInTheSameSet) {
  static constexpr FaultAction kActions[] = {
      FaultAction::status,      FaultAction::text,           FaultAction::html,   FaultAction::redirect,
      FaultAction::drop_before, FaultAction::truncate,       FaultAction::hang,   FaultAction::garbage,
      FaultAction::gzip,        FaultAction::endless_header, FaultAction::expire, FaultAction::delay,
      FaultAction::end_watch};
  static constexpr unsigned kCodes[] = {401, 403, 404, 410, 429, 500, 503, 504};
  add_nodes(30);
  with([](Api& api) {
    api.behaviour.cut = 700;
    api.behaviour.random_cut = true;
  });
  start();
  for (int round = 0; round < 60; ++round) {
    Fault fault{.action = kActions[random() % std::size(kActions)]};
    fault.code = kCodes[random() % std::size(kCodes)];
    fault.skip = static_cast<unsigned>(random() % 3);
    fault.delay = fault.action == FaultAction::delay ? 50ms : 0ms;
    with([&fault](Api& api) { api.faults.add(fault); });
    for (int i = 0; i < 5; ++i) put("n" + std::to_string(random() % 20));
    if (random() % 3 == 0) with([this](Api& api) { api.store.remove("nodes/n" + std::to_string(random() % 20)); });
    if (random() % 4 == 0) server->disconnect_all();
    if (random() % 10 == 0) with([](Api& api) { api.store.compact(api.store.revision()); });
    if (random() % 10 == 0) with([](Api& api) { api.behaviour.watch_list = !api.behaviour.watch_list; });
    run_until(io, [] { return false; }, 20ms);
  }
  with([](Api& api) { api.faults.clear(); });
  server->disconnect_all();
  EXPECT_TRUE(reaches_truth());
  put("last");
  EXPECT_TRUE(reaches_truth());
}

// -- ResourceList --

TEST_F(KubeWatch, OneListHasAllPages) {
  add_nodes(25);
  const auto all = list({.page_limit = 10});
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->objects.size(), 25U);
  EXPECT_EQ(std::to_string(all->revision), truth().rbegin()->second);
  EXPECT_TRUE(all->objects[0].has_spec);
  EXPECT_FALSE(list({.view = View::metadata})->objects[0].has_spec);
}

TEST_F(KubeWatch, AListAtARevisionShowsThatState) {
  add_nodes(5);
  const auto before = std::stoull(truth().rbegin()->second);
  add_nodes(9);
  const auto then = list({.page_limit = 2, .exact = before});
  ASSERT_TRUE(then) << then.error().message;
  EXPECT_EQ(then->objects.size(), 5U);
  EXPECT_EQ(then->revision, before);
  with([](Api& api) { api.store.compact(api.store.revision()); });
  const auto gone = list({.exact = before});
  ASSERT_FALSE(gone);
  EXPECT_TRUE(gone.error().is_expired());
}

TEST_F(KubeWatch, AListThatIsGarbageIsAnError) {
  add_nodes(5);
  with([](Api& api) { api.faults.add({.action = FaultAction::garbage}); });
  const auto broken = list({});
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ApiErrorKind::bad_response);
  with([](Api& api) { api.faults.add({.action = FaultAction::truncate}); });
  EXPECT_FALSE(list({}));
}

}  // namespace
}  // namespace weft
