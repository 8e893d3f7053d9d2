#include "test/unit/subnet/kube_client_fixture.h"

#include <filesystem>
#include <fstream>

namespace weft {
namespace {

using namespace std::chrono_literals;
using boost::asio::awaitable;

TEST_F(KubeClientTest, GetGivesTheBodyAndSendsTheRightHeaders) {
  std::string seen;
  TestServer server(io, [&seen](TestPeer& peer, unsigned) -> awaitable<void> {
    seen = co_await peer.request();
    co_await peer.send(http_ok("{\"x\":1}"));
  });
  serve_at(server.port());
  config.token = "secret";
  options.user_agent = kube_user_agent("9.9");
  KubeClient client(io, config, options);
  const auto answer = send(client, get_node("n 1"));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "{\"x\":1}");
  EXPECT_EQ(seen.substr(0, seen.find("\r\n")), "GET /api/v1/nodes/n%201 HTTP/1.1");
  EXPECT_NE(seen.find("Authorization: Bearer secret\r\n"), std::string::npos) << seen;
  EXPECT_NE(seen.find("User-Agent: weftd/9.9 (linux/"), std::string::npos) << seen;
  EXPECT_NE(seen.find("Accept: application/json\r\n"), std::string::npos) << seen;
  EXPECT_EQ(seen.find("Accept-Encoding"), std::string::npos) << seen;
}

TEST_F(KubeClientTest, PatchSendsItsBody) {
  std::string seen;
  TestServer server(io, [&seen](TestPeer& peer, unsigned) -> awaitable<void> {
    seen = co_await peer.request();
    co_await peer.send(http_ok("{}"));
  });
  serve_at(server.port());
  KubeClient client(io, config, options);
  ASSERT_TRUE(send(client, patch_node_status("n1", "{\"a\":1}")));
  EXPECT_NE(seen.find("Content-Type: application/strategic-merge-patch+json\r\n"), std::string::npos);
  EXPECT_TRUE(seen.ends_with("{\"a\":1}"));
}

TEST_F(KubeClientTest, RequestsInARowShareOneConnection) {
  TestServer server(io, always(http_ok("{}")));
  serve_at(server.port());
  KubeClient client(io, config, options);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(send(client, get_node("n1")));
  EXPECT_EQ(server.connections(), 1U);
  EXPECT_EQ(client.counters().connections, 1U);
  EXPECT_EQ((client.counters().requests.at({"get", 200})), 5U);
}

TEST_F(KubeClientTest, AGetOnAConnectionTheServerGaveUpIsSentAgain) {
  TestServer server(io, [](TestPeer& peer, unsigned) -> awaitable<void> {
    auto request = co_await peer.request();
    co_await peer.send(http_ok("{}"));
    request = co_await peer.request();  // the next one is read and not answered
    peer.close();
  });
  serve_at(server.port());
  KubeClient client(io, config, options);
  ASSERT_TRUE(send(client, get_node("n1")));
  const auto again = send(client, get_node("n1"));
  EXPECT_TRUE(again) << again.error().message;
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(KubeClientTest, AnIdleConnectionThatWasClosedIsNotUsedForAPatch) {
  bool closed = false;
  TestServer server(io, [&closed](TestPeer& peer, unsigned) -> awaitable<void> {
    auto request = co_await peer.request();
    co_await peer.send(http_ok("{}"));
    peer.close();
    closed = true;
  });
  serve_at(server.port());
  KubeClient client(io, config, options);
  ASSERT_TRUE(send(client, patch_node_status("n1", "{}")));
  ASSERT_TRUE(run_until(io, [&] { return closed; }));
  EXPECT_TRUE(send(client, patch_node_status("n1", "{}")));
}

TEST_F(KubeClientTest, APatchWithoutAnAnswerHasAnUnknownOutcome) {
  unsigned patches = 0;
  TestServer server(io, [&patches](TestPeer& peer, unsigned) -> awaitable<void> {
    auto request = co_await peer.request();
    co_await peer.send(http_ok("{}"));
    request = co_await peer.request();
    ++patches;
    peer.reset();
  });
  serve_at(server.port());
  KubeClient client(io, config, options);
  ASSERT_TRUE(send(client, get_node("n1")));
  const auto answer = send(client, patch_node_status("n1", "{}"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ApiErrorKind::unknown_outcome);
  EXPECT_NE(answer.error().message.find("it may have been applied"), std::string::npos) << answer.error().message;
  EXPECT_EQ(patches, 1U);
}

TEST_F(KubeClientTest, NobodyListeningIsCertainlyNotSent) {
  std::uint16_t port = 0;
  {
    TestServer server(io, always(""));
    port = server.port();
  }
  serve_at(port);
  KubeClient client(io, config, options);
  const auto answer = send(client, patch_node_status("n1", "{}"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ApiErrorKind::not_connected);
  EXPECT_NE(answer.error().message.find("Connection refused"), std::string::npos) << answer.error().message;
}

TEST_F(KubeClientTest, ANameThatDoesNotExistIsNamed) {
  serve_at(1);
  config.server.host = "no-such-host.invalid";
  KubeClient client(io, config, options);
  const auto answer = send(client, get_node("n1"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ApiErrorKind::not_connected);
  EXPECT_NE(answer.error().message.find("cannot resolve no-such-host.invalid"), std::string::npos)
      << answer.error().message;
}

// -- credentials --

class KubeTokenFile : public KubeClientTest {
 protected:
  KubeTokenFile() {
    std::string name = (std::filesystem::temp_directory_path() / "weft-token-XXXXXX").string();
    directory = mkdtemp(name.data());
    config.token_file = directory / "token";
  }
  ~KubeTokenFile() override { std::filesystem::remove_all(directory); }
  void write(const std::string& token) { std::ofstream(config.token_file) << token << '\n'; }

  // Accepts only "Bearer new".
  TestServer::Handler picky() {
    return [this](TestPeer& peer, unsigned) -> awaitable<void> {
      while (true) {
        const auto request = co_await peer.request();
        ++requests;
        const bool good = request.find("Authorization: Bearer new\r\n") != std::string::npos;
        if (!good && rotate) write("new");
        std::string answer = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
        if (good) answer = http_ok("{}");
        co_await peer.send(answer);
      }
    };
  }

  std::filesystem::path directory;
  unsigned requests = 0;
  bool rotate = false;
};

TEST_F(KubeTokenFile, AnAnswer401ReadsTheTokenAgainAndTriesOnce) {
  write("old");
  rotate = true;
  TestServer server(io, picky());
  serve_at(server.port());
  KubeClient client(io, config, options);
  EXPECT_TRUE(send(client, patch_node_status("n1", "{}")));
  EXPECT_EQ(requests, 2U);
  EXPECT_TRUE(send(client, get_node("n1")));
  EXPECT_EQ(requests, 3U);
}

TEST_F(KubeTokenFile, AnAnswer401WithTheSameTokenIsAnError) {
  write("old");
  TestServer server(io, picky());
  serve_at(server.port());
  KubeClient client(io, config, options);
  const auto answer = send(client, get_node("n1"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().status, 401);
  EXPECT_EQ(requests, 1U);
  EXPECT_NE(answer.error().message.find("unauthorized"), std::string::npos);
  EXPECT_EQ(answer.error().message.find("old"), std::string::npos);
}

TEST_F(KubeTokenFile, AFileThatCannotBeReadAgainKeepsTheToken) {
  write("new");
  TestServer server(io, picky());
  serve_at(server.port());
  KubeClient client(io, config, options);
  ASSERT_TRUE(send(client, get_node("n1")));
  std::filesystem::remove(config.token_file);
  EXPECT_TRUE(send(client, get_node("n1")));
}

TEST_F(KubeTokenFile, AMissingFileIsNamed) {
  serve_at(1);
  KubeClient client(io, config, options);
  const auto answer = send(client, get_node("n1"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ApiErrorKind::not_connected);
  EXPECT_NE(answer.error().message.find(config.token_file), std::string::npos) << answer.error().message;
}

}  // namespace
}  // namespace weft
