#include "test/unit/subnet/kube_client_fixture.h"

namespace weft {
namespace {

using namespace std::chrono_literals;
using boost::asio::awaitable;

const std::string kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string chunk(const std::string& text) { return fmt::format("{:x}\r\n{}\r\n", text.size(), text); }

KubeRequest watch() {
  auto request = get_node("n1");
  request.verb = "watch";
  return request;
}

TEST_F(KubeClientTest, AStreamDeliversEachPieceAsItComes) {
  bool go = false;
  TestServer server(io, [&go](TestPeer& peer, unsigned) -> awaitable<void> {
    auto request = co_await peer.request();
    co_await peer.send(kChunked + chunk("one"));
    while (!go) co_await peer.pause(5ms);
    co_await peer.send("3\r\nt");
    co_await peer.pause(5ms);
    co_await peer.send("wo\r\n0\r");
    co_await peer.pause(5ms);
    co_await peer.send("\n\r\n");
    co_await peer.until_closed();
  });
  serve_at(server.port());
  KubeClient client(io, config, options);
  TestSink sink;
  const auto stream = client.open(watch(), sink, 0ms);
  ASSERT_TRUE(run_until(io, [&] { return sink.text == "one"; }));
  EXPECT_TRUE(sink.opened);
  go = true;
  ASSERT_TRUE(run_until(io, [&] { return sink.end.has_value(); }));
  EXPECT_EQ(sink.text, "onetwo");
  EXPECT_TRUE(*sink.end);
}

TEST_F(KubeClientTest, ALargeStreamComesInPiecesAndWhole) {
  std::string body;
  for (int i = 0; i < 200'000; ++i) body += std::to_string(i) + "\n";
  TestServer server(io, always(http_ok(body)));
  serve_at(server.port());
  KubeClient client(io, config, options);
  TestSink sink;
  const auto stream = client.open(watch(), sink, 0ms);
  ASSERT_TRUE(run_until(io, [&] { return sink.end.has_value(); }));
  EXPECT_TRUE(*sink.end);
  EXPECT_EQ(sink.text, body);
  EXPECT_LE(sink.largest, 64U * 1024);
}

TEST_F(KubeClientTest, AStreamThatIsRefusedNeverOpens) {
  TestServer server(io, always("HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone"));
  serve_at(server.port());
  KubeClient client(io, config, options);
  TestSink sink;
  const auto stream = client.open(watch(), sink, 0ms);
  ASSERT_TRUE(run_until(io, [&] { return sink.end.has_value(); }));
  EXPECT_FALSE(sink.opened);
  EXPECT_TRUE(sink.text.empty());
  EXPECT_TRUE(sink.end->error().is_expired());
}

TEST_F(KubeClientTest, AStreamCutShortIsBroken) {
  TestServer server(io, [](TestPeer& peer, unsigned) -> awaitable<void> {
    auto request = co_await peer.request();
    co_await peer.send(kChunked + chunk("one"));
    peer.close();
  });
  serve_at(server.port());
  KubeClient client(io, config, options);
  TestSink sink;
  const auto stream = client.open(watch(), sink, 0ms);
  ASSERT_TRUE(run_until(io, [&] { return sink.end.has_value(); }));
  EXPECT_TRUE(sink.opened);
  EXPECT_EQ(sink.end->error().kind, ApiErrorKind::broken);
}

TEST_F(KubeClientTest, RenewedConnectionsEndStreamsAndNothingIsReused) {
  unsigned requests = 0;  // the second is the stream
  TestServer server(io, [&requests](TestPeer& peer, unsigned) -> awaitable<void> {
    while (true) {
      const auto request = co_await peer.request();
      const std::string answer = ++requests == 2 ? kChunked + chunk("one") : http_ok("{}");
      co_await peer.send(answer);
    }
  });
  serve_at(server.port());
  KubeClient client(io, config, options);
  ASSERT_TRUE(send(client, get_node("n1")));
  TestSink sink;
  const auto stream = client.open(watch(), sink, 0ms);
  ASSERT_TRUE(run_until(io, [&] { return sink.text == "one"; }));
  client.renew_connections();
  ASSERT_TRUE(run_until(io, [&] { return sink.end.has_value(); }));
  EXPECT_EQ(sink.end->error().kind, ApiErrorKind::broken);
  const auto before = client.counters().connections;
  ASSERT_TRUE(send(client, get_node("n1")));
  EXPECT_EQ(client.counters().connections, before + 1);
}

TEST_F(KubeClientTest, SilenceEndsAStreamThatHasALimit) {
  TestServer server(io, [](TestPeer& peer, unsigned) -> awaitable<void> {
    auto request = co_await peer.request();
    co_await peer.send(kChunked);
    for (int i = 0; i < 5; ++i) {
      co_await peer.pause(50ms);
      co_await peer.send(chunk("x"));
    }
    co_await peer.until_closed();
  });
  serve_at(server.port());
  KubeClient client(io, config, options);
  TestSink sink;
  const auto stream = client.open(watch(), sink, 200ms);
  ASSERT_TRUE(run_until(io, [&] { return sink.end.has_value(); }));
  EXPECT_EQ(sink.text, "xxxxx");
  EXPECT_EQ(sink.end->error().kind, ApiErrorKind::timeout);
}

TEST_F(KubeClientTest, AStreamMayBeDroppedInsideItsOwnCallback) {
  bool closed = false;
  TestServer server(io, [&closed](TestPeer& peer, unsigned) -> awaitable<void> {
    auto request = co_await peer.request();
    co_await peer.send(kChunked + chunk("one") + chunk("two") + chunk("three"));
    try {
      co_await peer.until_closed();
    } catch (const std::exception&) {
      closed = true;
    }
  });
  serve_at(server.port());
  KubeClient client(io, config, options);
  TestSink sink;
  auto stream = client.open(watch(), sink, 0ms);
  sink.on_piece = [&stream] { stream.reset(); };
  ASSERT_TRUE(run_until(io, [&] { return closed; }));
  EXPECT_EQ(sink.text, "one");
  EXPECT_FALSE(sink.end);
}

// -- stopping --

TEST_F(KubeClientTest, StopEndsEverythingAtOnceWhereverItIs) {
  TestServer silent(io, [](TestPeer& peer, unsigned) -> awaitable<void> { co_await peer.until_closed(); });
  TestServer streaming(io, [](TestPeer& peer, unsigned) -> awaitable<void> {
    auto request = co_await peer.request();
    co_await peer.send(kChunked + chunk("one"));
    co_await peer.until_closed();
  });
  serve_at(silent.port());
  auto client = std::make_unique<KubeClient>(io, config, options);
  config.server.tls = true;
  auto handshaking = std::make_unique<KubeClient>(io, config, options);
  config.server.host = "a.name.that.takes.a.while.invalid";
  auto resolving = std::make_unique<KubeClient>(io, config, options);
  serve_at(streaming.port());
  auto watching = std::make_unique<KubeClient>(io, config, options);
  bool stopped = false;
  const auto never = [&stopped](const ApiResult<KubeResponse>&) { EXPECT_FALSE(stopped) << "called back after stop"; };
  client->send(patch_node_status("n1", "{}"), never);
  handshaking->send(get_node("n1"), never);
  TestSink sink;
  const auto stream = watching->open(watch(), sink, 0ms);
  ASSERT_TRUE(run_until(io, [&] { return sink.opened && silent.connections() == 2; }));
  resolving->send(get_node("n1"), never);
  io.poll();
  stopped = true;
  client.reset();
  handshaking.reset();
  resolving.reset();
  watching->stop();
  watching.reset();
  silent.stop_listening();
  streaming.stop_listening();
  // With nothing left to do run() returns by itself, before the shortest of the client's deadlines (5 s).
  if (io.stopped()) io.restart();
  io.run_for(4s);
  EXPECT_TRUE(io.stopped());
  EXPECT_FALSE(sink.end);
}

}  // namespace
}  // namespace weft
