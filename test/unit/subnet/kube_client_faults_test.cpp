// Answers no healthy API server gives: each ends the request with one clear error, in time.
#include "test/unit/subnet/kube_client_fixture.h"

namespace weft {
namespace {

using namespace std::chrono_literals;
using boost::asio::awaitable;

TEST_F(KubeClientTest, GarbageInsteadOfHttpIsABadResponse) {
  for (const std::string text :
       {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200\n\n\n",
        "HTTP/1.1 200 OK\r\nbad header\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n"}) {
    const auto answer = get_from(text);
    ASSERT_FALSE(answer) << text;
    EXPECT_EQ(answer.error().kind, ApiErrorKind::bad_response) << text << answer.error().message;
  }
}

TEST_F(KubeClientTest, HtmlFromALoadBalancerIsOneLine) {
  const auto answer = get_from(
      "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 49\r\n\r\n"
      "<html><title>502 Bad Gateway</title>nginx</html>\n");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "get nodes n1: HTTP 502: 502 Bad Gateway");
}

TEST_F(KubeClientTest, AnEndlessHeaderIsCutOff) {
  std::string header = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 5000; ++i) header += "X-" + std::to_string(i) + ": " + std::string(100, 'x') + "\r\n";
  const auto answer = get_from(header);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ApiErrorKind::bad_response) << answer.error().message;
}

TEST_F(KubeClientTest, AnEndlessChunkSizeLineIsCutOff) {
  const auto answer = get_from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(200'000, 'x'));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ApiErrorKind::bad_response) << answer.error().message;
}

TEST_F(KubeClientTest, ABodyBeyondTheLimitIsCutOff) {
  options.body_limit = 1000;
  const auto answer = get_from(http_ok(std::string(1001, 'x')));
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("longer than 1000 bytes"), std::string::npos) << answer.error().message;
  EXPECT_TRUE(get_from(http_ok(std::string(1000, 'x'))));
}

TEST_F(KubeClientTest, AHugeErrorBodyIsStillAnAnswer) {
  const auto answer = get_from("HTTP/1.1 500 Oops\r\nContent-Length: 1000000\r\n\r\nboom " + std::string(200'000, 'x'));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().status, 500);
}

TEST_F(KubeClientTest, CompressionNobodyAskedForIsRefused) {
  const auto answer = get_from(http_ok("x", "Content-Encoding: gzip\r\n"));
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("Content-Encoding \"gzip\""), std::string::npos) << answer.error().message;
}

TEST_F(KubeClientTest, RedirectsAreNotFollowed) {
  const auto answer =
      get_from("HTTP/1.1 302 Found\r\nLocation: https://login.example.com/\r\nContent-Length: 0\r\n\r\n");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ApiErrorKind::bad_response);
  EXPECT_NE(answer.error().message.find("login.example.com"), std::string::npos);
}

TEST_F(KubeClientTest, InterimAnswersAreSkipped) {
  const auto answer = get_from("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + http_ok("{}"));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "{}");
  EXPECT_FALSE(get_from("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
}

TEST_F(KubeClientTest, ABodyThatEndsWithTheConnectionIsWhole) {
  const auto answer = get_from("HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\nplain text", true);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "get nodes n1: HTTP 500: plain text");
}

TEST_F(KubeClientTest, ABodyCutShortIsBroken) {
  const auto answer = get_from("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", true);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ApiErrorKind::broken);
}

// -- deadlines --

TEST_F(KubeClientTest, AServerThatNeverAnswersTimesOut) {
  options.header = 200ms;
  const auto answer = get_from("");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ApiErrorKind::timeout);
  EXPECT_NE(answer.error().message.find("no answer: timed out"), std::string::npos) << answer.error().message;
}

TEST_F(KubeClientTest, AHeaderThatDripsTimesOutAllTheSame) {
  options.header = 300ms;
  TestServer server(io, [](TestPeer& peer, unsigned) -> awaitable<void> {
    auto request = co_await peer.request();
    const std::string header = "HTTP/1.1 200 OK\r\nX-Slow: " + std::string(1000, 'x');
    for (const char c : header) {
      co_await peer.send(std::string(1, c));
      co_await peer.pause(20ms);
    }
  });
  serve_at(server.port());
  KubeClient client(io, config, options);
  const auto start = std::chrono::steady_clock::now();
  const auto answer = send(client, get_node("n1"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ApiErrorKind::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST_F(KubeClientTest, ABodyThatStandsStillTimesOut) {
  options.body = 200ms;
  const auto answer = get_from("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ApiErrorKind::timeout);
  EXPECT_NE(answer.error().message.find("the answer stopped"), std::string::npos) << answer.error().message;
}

TEST_F(KubeClientTest, AServerThatAcceptsAndDoesNotSpeakTlsTimesOut) {
  options.handshake = 200ms;
  TestServer server(io, [](TestPeer& peer, unsigned) -> awaitable<void> { co_await peer.until_closed(); });
  serve_at(server.port());
  config.server.tls = true;
  KubeClient client(io, config, options);
  const auto answer = send(client, get_node("n1"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ApiErrorKind::not_connected);
}

}  // namespace
}  // namespace weft
