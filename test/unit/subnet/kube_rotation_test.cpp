// Tokens, authorities and certificates that change while the client runs: nothing needs a restart.
#include "test/support/temporary_directory.h"
#include "test/unit/subnet/kube_client_fixture.h"

#include <filesystem>
#include <fstream>

namespace weft {
namespace {

using namespace std::chrono_literals;
using boost::asio::awaitable;

const std::string kStream = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n";

class KubeRotation : public KubeClientTest {
 protected:
  void write(const std::string& name, const std::string& text) const { std::ofstream(directory / name) << text; }

  // As kubelet does: files behind a symbolic link to a directory, which is replaced by a rename.
  void project(const std::string& generation, const std::string& name, const std::string& text) const {
    std::filesystem::create_directory(directory / generation);
    write(generation + "/" + name, text);
    std::filesystem::create_symlink(generation, directory / "..data.new");
    std::filesystem::rename(directory / "..data.new", directory / "..data");
  }

  void use_token_file(const std::string& text) {
    write("token", text);
    config.token_file = directory / "token";
  }

  // Notes each request's bearer token; closes the connection after each answer if told to.
  TestServer::Handler noting_tokens(bool close) {
    return [this, close](TestPeer& peer, unsigned) -> awaitable<void> {
      while (true) {
        const auto request = co_await peer.request();
        const auto at = request.find("Authorization: ");
        const auto line = at == std::string::npos ? "" : request.substr(at, request.find('\r', at) - at);
        seen.push_back(line.substr(std::min<std::size_t>(line.size(), 15)));
        co_await peer.send(http_ok("{}", close ? "Connection: close\r\n" : ""));
      }
    };
  }

  // TLS, authority and client certificate as files.
  void serve_tls_at(std::uint16_t port) {
    serve_at(port);
    config.server.tls = true;
    config.ca.file = directory / "ca.crt";
  }
  void write_client_certificate() {
    const auto me = authority.issue("weft", {});
    write("me.crt", me.certificate);
    write("me.key", me.key);
    config.client_certificate.file = directory / "me.crt";
    config.client_key.file = directory / "me.key";
  }

  test::TemporaryDirectory directory;
  std::vector<std::string> seen;
  TestAuthority authority{"weft test CA"};
  TestAuthority successor{"weft test CA 2"};
  TestCertificate server_certificate = authority.issue("kube-apiserver", {"IP:127.0.0.1"});
};

// -- tokens --

TEST_F(KubeRotation, ANewConnectionReadsTheTokenBehindTheLinkAgain) {
  project("1", "token", "first");
  config.token_file = directory / "..data/token";
  config.token = "of the kubeconfig";  // the file wins
  options.credentials = 1h;
  TestServer server(io, noting_tokens(true));
  serve_at(server.port());
  KubeClient client(io, config, options);
  ASSERT_TRUE(send(client, get_node("n1")));
  project("2", "token", "second\n");
  ASSERT_TRUE(send(client, get_node("n1")));
  EXPECT_EQ(seen, (std::vector<std::string>{"Bearer first", "Bearer second"}));
  EXPECT_EQ(server.connections(), 2U) << "Connection: close means what it says";
}

TEST_F(KubeRotation, AConnectionThatLivesGetsTheNewTokenWhenTheOldOneIsOfAge) {
  use_token_file("first");
  options.credentials = 1h;
  TestServer server(io, noting_tokens(false));
  serve_at(server.port());
  {
    KubeClient client(io, config, options);
    ASSERT_TRUE(send(client, get_node("n1")));
    write("token", "second");
    ASSERT_TRUE(send(client, get_node("n1")));
    EXPECT_EQ(seen, (std::vector<std::string>{"Bearer first", "Bearer first"})) << "not read for each request";
  }
  seen.clear();
  options.credentials = 0ms;
  KubeClient client(io, config, options);
  ASSERT_TRUE(send(client, get_node("n1")));
  write("token", "third");
  ASSERT_TRUE(send(client, get_node("n1")));
  EXPECT_EQ(seen, (std::vector<std::string>{"Bearer second", "Bearer third"}));
  EXPECT_EQ(server.connections(), 2U) << "one for each client";
}

TEST_F(KubeRotation, AnEmptyTokenFileIsAnErrorAtFirstAndIgnoredLater) {
  use_token_file(" \n");
  options.credentials = 0ms;
  TestServer server(io, noting_tokens(false));
  serve_at(server.port());
  KubeClient client(io, config, options);
  const auto answer = send(client, get_node("n1"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ApiErrorKind::not_connected);
  EXPECT_NE(answer.error().message.find(config.token_file + " is empty"), std::string::npos) << answer.error().message;
  write("token", "good");
  ASSERT_TRUE(send(client, get_node("n1")));
  write("token", "");
  ASSERT_TRUE(send(client, get_node("n1")));
  EXPECT_EQ(seen, (std::vector<std::string>{"Bearer good", "Bearer good"}));
}

TEST_F(KubeRotation, UserAndPasswordAreSentWhereThereIsNoToken) {
  config.username = "me";
  config.password = "p";
  config.impersonate = {{"Impersonate-User", "dev"}};
  std::string request;
  TestServer server(io, [&request](TestPeer& peer, unsigned) -> awaitable<void> {
    request = co_await peer.request();
    co_await peer.send(http_ok("{}"));
  });
  serve_at(server.port());
  KubeClient client(io, config, options);
  ASSERT_TRUE(send(client, get_node("n1")));
  EXPECT_NE(request.find("Authorization: Basic bWU6cA==\r\n"), std::string::npos) << request;
  EXPECT_NE(request.find("Impersonate-User: dev\r\n"), std::string::npos) << request;
}

// -- authorities: without them there is no connection, never one that trusts the system's --

TEST_F(KubeRotation, AnAuthorityFileThatIsMissingOrEmptyIsAnError) {
  TestServer server(io, always(http_ok("{}")), server_certificate);
  serve_tls_at(server.port());
  KubeClient client(io, config, options);
  const auto missing = send(client, get_node("n1"));
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find(config.ca.file), std::string::npos) << missing.error().message;
  write("ca.crt", "");
  const auto empty = send(client, get_node("n1"));
  ASSERT_FALSE(empty);
  EXPECT_NE(empty.error().message.find(config.ca.file + " is empty"), std::string::npos) << empty.error().message;
  EXPECT_EQ(server.connections(), 0U);
  write("ca.crt", authority.pem());
  EXPECT_TRUE(send(client, get_node("n1")));
}

TEST_F(KubeRotation, AfterAFailedVerificationTheAuthorityIsReadAgain) {
  TestServer server(io, always(http_ok("{}")), server_certificate);
  serve_tls_at(server.port());
  options.credentials = 1h;
  write("ca.crt", successor.pem());
  KubeClient client(io, config, options);
  EXPECT_FALSE(send(client, get_node("n1")));
  write("ca.crt", successor.pem() + authority.pem());
  EXPECT_TRUE(send(client, get_node("n1")));
}

TEST_F(KubeRotation, TheAuthorityCountsByItsContent) {
  TestServer server(io, always(http_ok("{}")), server_certificate);
  serve_tls_at(server.port());
  options.credentials = 0ms;
  write("ca.crt", authority.pem());
  KubeClient client(io, config, options);
  ASSERT_TRUE(send(client, get_node("n1")));
  write("ca.crt", authority.pem());
  ASSERT_TRUE(send(client, get_node("n1")));
  EXPECT_EQ(client.counters().connections, 1U) << "the same text again is no change";
  for (const auto& broken : {std::string(), std::string("-----BEGIN CERTIFICATE-----\nhalf")}) {
    write("ca.crt", broken);
    ASSERT_TRUE(send(client, get_node("n1")));
    EXPECT_EQ(client.counters().connections, 1U) << "what cannot be used keeps the last";
  }
  write("ca.crt", authority.pem() + successor.pem());
  ASSERT_TRUE(send(client, get_node("n1")));
  EXPECT_EQ(client.counters().connections, 2U);
  write("ca.crt", successor.pem());
  EXPECT_FALSE(send(client, get_node("n1"))) << "an authority that was withdrawn is trusted no more";
}

// -- what lives on an old certificate --

TEST_F(KubeRotation, AStreamEndsWhenTheClientCertificateChanges) {
  TestServer server(
      io,
      [](TestPeer& peer, unsigned) -> awaitable<void> {
        const auto request = co_await peer.request();
        co_await peer.send(kStream);
        co_await peer.until_closed();
      },
      server_certificate, authority.pem());
  serve_tls_at(server.port());
  write("ca.crt", authority.pem());
  write_client_certificate();
  options.credentials = 20ms;
  KubeClient client(io, config, options);
  TestSink sink;
  auto stream = client.open(get_node("n1"), sink, 0ms);
  ASSERT_TRUE(run_until(io, [&] { return sink.text == "one"; }));

  // A certificate without its key is a change half made.
  write("me.crt", authority.issue("weft", {}).certificate);
  EXPECT_FALSE(run_until(io, [&] { return sink.end.has_value(); }, 200ms));
  write_client_certificate();
  ASSERT_TRUE(run_until(io, [&] { return sink.end.has_value(); }));
  ASSERT_FALSE(*sink.end);
  EXPECT_EQ(sink.end->error().kind, ApiErrorKind::broken);
  EXPECT_NE(sink.end->error().message.find("the certificates have changed"), std::string::npos)
      << sink.end->error().message;

  TestSink next;
  stream = client.open(get_node("n1"), next, 0ms);
  ASSERT_TRUE(run_until(io, [&] { return next.text == "one"; }));
  EXPECT_FALSE(run_until(io, [&] { return next.end.has_value(); }, 200ms)) << "it has the new one";
}

TEST_F(KubeRotation, AWriteUnderWayIsNotCutOff) {
  bool go = false;
  TestServer server(
      io,
      [&go](TestPeer& peer, unsigned) -> awaitable<void> {
        const auto request = co_await peer.request();
        while (!go) co_await peer.pause(5ms);
        co_await peer.send(http_ok("{}"));
        co_await peer.until_closed();
      },
      server_certificate);
  serve_tls_at(server.port());
  write("ca.crt", authority.pem());
  options.credentials = 20ms;
  KubeClient client(io, config, options);
  std::optional<ApiResult<KubeResponse>> answer;
  client.send(patch_node_status("n1", "{}"), [&](ApiResult<KubeResponse> result) { answer = std::move(result); });
  ASSERT_TRUE(run_until(io, [&] { return client.counters().connections == 1; }));
  write("ca.crt", authority.pem() + successor.pem());
  EXPECT_FALSE(run_until(io, [&] { return answer.has_value(); }, 200ms));
  go = true;
  ASSERT_TRUE(run_until(io, [&] { return answer.has_value(); }));
  EXPECT_TRUE(*answer);
  ASSERT_TRUE(send(client, get_node("n1")));
  EXPECT_EQ(client.counters().connections, 2U) << "but its connection is not used again";
}

}  // namespace
}  // namespace weft
