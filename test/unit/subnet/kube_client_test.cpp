#include "subnet/kube_client.h"

#include "test/unit/subnet/kube_test_server.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace weft {
namespace {

using namespace std::chrono_literals;
using boost::asio::awaitable;

class KubeClientTest : public testing::Test {
 protected:
  boost::asio::io_context io;
  KubeConfig config;
  KubeClientOptions options;

  void serve_at(std::uint16_t port) {
    config.origin = "test";
    config.server.tls = false;
    config.server.host = "127.0.0.1";
    config.server.port = port;
  }

  ApiResult<KubeResponse> send(KubeClient& client, KubeRequest request) {
    std::optional<ApiResult<KubeResponse>> answer;
    client.send(std::move(request), [&](ApiResult<KubeResponse> result) { answer = std::move(result); });
    EXPECT_FALSE(answer) << "called back from inside the call";
    EXPECT_TRUE(run_until(io, [&] { return answer.has_value(); }));
    return answer ? *answer : std::unexpected(ApiError{});
  }

  // A server that answers every request on a connection with the same text.
  static TestServer::Handler always(std::string text) {
    return [text](TestPeer& peer, unsigned) -> awaitable<void> {
      while (true) {
        const auto request = co_await peer.request();
        co_await peer.send(text);
      }
    };
  }
};

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

}  // namespace
}  // namespace weft
