// A KubeClient and a scripted server on one io_context.
#pragma once

#include "subnet/kube_client.h"
#include "test/unit/subnet/kube_test_server.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace weft {

class KubeClientTest : public testing::Test {
 protected:
  boost::asio::io_context io;
  KubeConfig config;
  KubeClientOptions options;

  // Plain HTTP to 127.0.0.1.
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

  // One GET to a server that says `text` and then waits for the client to go away.
  ApiResult<KubeResponse> get_from(const std::string& text, bool close = false) {
    TestServer server(io, [text, close](TestPeer& peer, unsigned) -> boost::asio::awaitable<void> {
      const auto request = co_await peer.request();
      co_await peer.send(text);
      if (close) peer.close();
      co_await peer.until_closed();
    });
    serve_at(server.port());
    KubeClient client(io, config, options);
    return send(client, get_node("n1"));
  }

  // A server that answers every request on a connection with the same text.
  static TestServer::Handler always(std::string text) {
    return [text](TestPeer& peer, unsigned) -> boost::asio::awaitable<void> {
      while (true) {
        const auto request = co_await peer.request();
        co_await peer.send(text);
      }
    };
  }
};

// Collects a stream.
struct TestSink final : KubeStreamSink {
  void on_open() override { opened = true; }
  void on_bytes(std::string_view bytes) override {
    text.append(bytes);
    largest = std::max(largest, bytes.size());
    if (on_piece) on_piece();
  }
  void on_end(ApiResult<> outcome) override { end = std::move(outcome); }

  bool opened = false;
  std::string text;
  std::size_t largest = 0;
  std::optional<ApiResult<>> end;
  std::function<void()> on_piece;
};

}  // namespace weft
