// Each fault as a client meets it.
#include "test/support/api_server/api.h"
#include "test/support/api_server/server.h"
#include "test/support/api_server/synthetic.h"
#include "test/support/api_server/test/raw_client.h"

#include <gtest/gtest.h>

#include <system_error>
#include <thread>

namespace weft::test {
namespace {

class FaultsTest : public ::testing::Test {
 protected:
  FaultsTest() : server(std::move(*ApiServer::start({}))) {
    server->with([](Api& api) { add_nodes(api.store, {.count = 2, .image_count = 1}); });
  }

  void inject(Fault fault) {
    server->with([&](Api& api) { api.faults.add(std::move(fault)); });
  }
  std::string get(const std::string& target = kNode) {
    RawClient client(server->port());
    client.send("GET " + target + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    return client.read_to_end();
  }
  std::string control(const std::string& method, const std::string& target) {
    RawClient client(server->port());
    client.send(method + " /test/" + target + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    return client.read_to_end();
  }

  static constexpr const char* kNode = "/api/v1/nodes/fake-00000";
  static constexpr const char* kWatch = "/api/v1/nodes?watch=1&resourceVersion=1";
  std::unique_ptr<ApiServer> server;
};

TEST_F(FaultsTest, EndAfterTheirCount) {
  inject({.action = FaultAction::status, .skip = 1, .count = 2, .code = 503});
  EXPECT_TRUE(get().starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(get().starts_with("HTTP/1.1 503"));
  EXPECT_TRUE(get().starts_with("HTTP/1.1 503"));
  EXPECT_TRUE(get().starts_with("HTTP/1.1 200"));
  server->with([](Api& api) { EXPECT_EQ(api.faults.pending(), 0U); });
}

TEST_F(FaultsTest, MatchVerbResourceAndName) {
  inject({.action = FaultAction::status, .verb = "get", .resource = "nodes", .name = "fake-00001"});
  EXPECT_TRUE(get().starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(get("/api/v1/nodes").starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(get("/api/v1/nodes/fake-00001").starts_with("HTTP/1.1 500"));
}

TEST_F(FaultsTest, TooManyRequestsIsPlainText) {
  inject({.action = FaultAction::text, .code = 429, .retry_after = 7});
  const auto answer = get();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 429"));
  EXPECT_NE(answer.find("Retry-After: 7\r\n"), std::string::npos);
  EXPECT_NE(answer.find("text/plain"), std::string::npos);
}

TEST_F(FaultsTest, DroppedPatchIsAppliedOrNot) {
  const std::string body = R"({"metadata":{"annotations":{"t/x":"1"}}})";
  const auto patch = std::string("PATCH ") + kNode +
                     "/status HTTP/1.1\r\nHost: t\r\nContent-Type: "
                     "application/merge-patch+json\r\nContent-Length: " +
                     std::to_string(body.size()) + "\r\n\r\n" + body;
  for (const bool applied : {false, true}) {
    inject({.action = applied ? FaultAction::drop_after : FaultAction::drop_before, .verb = "patch"});
    RawClient client(server->port());
    client.send(patch);
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(get().find("\"t/x\":\"1\"") != std::string::npos, applied);
  }
}

TEST_F(FaultsTest, TruncatedAnswersAreShorterThanAnnounced) {
  inject({.action = FaultAction::truncate, .verb = "get"});
  const auto cut = get();
  EXPECT_LT(cut.size(), get().size());
  inject({.action = FaultAction::truncate, .verb = "watch"});
  EXPECT_FALSE(get(kWatch).ends_with("0\r\n\r\n"));
}

TEST_F(FaultsTest, HangIsSilence) {
  inject({.action = FaultAction::hang, .verb = "get"});
  RawClient client(server->port());
  client.get(kNode);
  EXPECT_TRUE(client.silent_for(std::chrono::milliseconds(200)));
  inject({.action = FaultAction::hang, .verb = "watch"});
  RawClient watcher(server->port());
  watcher.get(kWatch);
  EXPECT_NE(watcher.read_until("\r\n\r\n").find("chunked"), std::string::npos);
  EXPECT_TRUE(watcher.silent_for(std::chrono::milliseconds(200)));
}

TEST_F(FaultsTest, HeaderNeverEnds) {
  inject({.action = FaultAction::endless_header});
  RawClient client(server->port());
  client.get(kNode);
  EXPECT_GT(client.read_until(std::string(3000, 'x')).size(), 3000U);
}

TEST_F(FaultsTest, CompressedUnasked) {
  inject({.action = FaultAction::gzip});
  const auto answer = get();
  EXPECT_NE(answer.find("Content-Encoding: gzip"), std::string::npos);
  EXPECT_NE(answer.find("\r\n\r\n\x1f\x8b"), std::string::npos);
}

TEST_F(FaultsTest, WatchIsCompressedOrDropped) {
  inject({.action = FaultAction::gzip, .verb = "watch"});
  RawClient watcher(server->port());
  watcher.get(kWatch);
  EXPECT_NE(watcher.read_until("fake-00001").find("Content-Encoding: gzip"), std::string::npos);
  inject({.action = FaultAction::drop_after, .verb = "watch"});
  EXPECT_TRUE(get(kWatch).ends_with("\r\n\r\n"));
}

TEST_F(FaultsTest, WatchExpiresInTheStream) {
  inject({.action = FaultAction::expire});
  const auto answer = get(kWatch);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200"));
  EXPECT_NE(answer.find("\"type\":\"ERROR\""), std::string::npos);
  EXPECT_NE(answer.find("\"code\":410"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("0\r\n\r\n"));
}

TEST_F(FaultsTest, CutsChangeNothingButThePieces) {
  const auto whole = get();
  for (const auto* query : {"behaviour?cut=1", "behaviour?cut=9&random_cut=true"}) {
    EXPECT_TRUE(control("POST", query).starts_with("HTTP/1.1 200"));
    EXPECT_EQ(get(), whole);
  }
}

TEST_F(FaultsTest, StalledWatchGoesOnLater) {
  RawClient watcher(server->port());
  watcher.get("/api/v1/nodes?watch=1&resourceVersion=3");
  watcher.read_until("\r\n\r\n");
  server->with([](Api& api) {
    api.behaviour.stall = Stall::everything;
    touch_nodes(api.store, 0, 1);
  });
  EXPECT_TRUE(watcher.silent_for(std::chrono::milliseconds(200)));
  server->with([](Api& api) { api.behaviour.stall = Stall::none; });
  EXPECT_NE(watcher.read_until("MODIFIED").find("fake-00000"), std::string::npos);
}

TEST_F(FaultsTest, StaleReadsSeeThePast) {
  server->with([](Api& api) {
    api.behaviour.stale_revision = 2;
    remove_nodes(api.store, "fake-00000");
  });
  EXPECT_NE(get("/api/v1/nodes?resourceVersion=0").find("fake-00000"), std::string::npos);
  EXPECT_EQ(get("/api/v1/nodes?resourceVersion=0").find("fake-00001"), std::string::npos);
  EXPECT_EQ(get("/api/v1/nodes").find("fake-00000"), std::string::npos);
}

TEST_F(FaultsTest, WatchListCanBeMissing) {
  control("POST", "behaviour?watch_list=false");
  const auto answer = get("/api/v1/nodes?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 422"));
  EXPECT_NE(answer.find("WatchList feature gate"), std::string::npos);
}

TEST_F(FaultsTest, RefusesAndComesBack) {
  RawClient open(server->port());
  control("POST", "refuse?ms=300");
  EXPECT_EQ(open.read_to_end(), "");  // was ended
  EXPECT_THROW(RawClient(server->port()), std::system_error);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < deadline) {
    try {
      EXPECT_TRUE(get().starts_with("HTTP/1.1 200"));
      return;
    } catch (const std::system_error&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  FAIL() << "still refused";
}

TEST_F(FaultsTest, RestoreGoesBackInTime) {
  server->with([](Api& api) { touch_nodes(api.store, 0, 3); });
  EXPECT_NE(control("POST", "restore?revision=3").find("\"revision\":3"), std::string::npos);
  EXPECT_NE(get("/api/v1/nodes").find("\"metadata\":{\"resourceVersion\":\"3\""), std::string::npos);
}

TEST_F(FaultsTest, ControlNamesBadArguments) {
  for (const auto* query : {"fault?action=nonsense", "behaviour?cut=x", "nodes?sizes=3", "refuse", "nowhere"}) {
    EXPECT_TRUE(control("POST", query).starts_with("HTTP/1.1 400")) << query;
  }
}

TEST_F(FaultsTest, RequestsAreCounted) {
  get();
  get("/api/v1/nodes/none");
  EXPECT_NE(control("GET", "state").find(R"("get nodes":{"200":1,"404":1})"), std::string::npos);
}

TEST_F(FaultsTest, SlowWatchersAreCutOffWhenTheLogIsGone) {
  RawClient watcher(server->port());
  watcher.get("/api/v1/nodes?watch=1&resourceVersion=3");
  watcher.read_until("\r\n\r\n");
  server->with([](Api& api) {
    api.store.set_max_changes(2);
    touch_nodes(api.store, 0, 8);
  });
  EXPECT_FALSE(watcher.read_until("0\r\n\r\n").empty());
}

}  // namespace
}  // namespace weft::test
