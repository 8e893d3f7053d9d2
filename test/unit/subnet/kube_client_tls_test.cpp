#include "subnet/tls.h"
#include "test/unit/subnet/kube_client_fixture.h"

#include <openssl/ssl.h>

namespace weft {
namespace {

using boost::asio::awaitable;

class KubeTls : public KubeClientTest {
 protected:
  TestAuthority authority{"weft test CA"};
  TestAuthority stranger{"another CA"};

  ApiResult<KubeResponse> get_over_tls(const std::string& host, const std::vector<std::string>& names,
                                       const std::string& client_ca = "", long expires_in = 86400) {
    TestServer server(io, always(http_ok("{}")), authority.issue("kube-apiserver", names, expires_in), client_ca);
    serve_at(server.port());
    config.server.tls = true;
    config.server.host = host;
    KubeClient client(io, config, options);
    return send(client, get_node("n1"));
  }

  void expect_refused(const ApiResult<KubeResponse>& answer, const std::string& text) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ApiErrorKind::not_connected);
    EXPECT_NE(answer.error().message.find(text), std::string::npos) << answer.error().message;
  }
};

TEST_F(KubeTls, AddressesAndNamesOfTheCertificateAreAccepted) {
  config.ca.data = authority.pem();
  auto answer = get_over_tls("127.0.0.1", {"IP:127.0.0.1"});
  EXPECT_TRUE(answer) << answer.error().message;
  answer = get_over_tls("localhost", {"DNS:localhost"});
  EXPECT_TRUE(answer) << answer.error().message;
}

TEST_F(KubeTls, AnotherAuthorityIsRefused) {
  config.ca.data = stranger.pem();
  expect_refused(get_over_tls("127.0.0.1", {"IP:127.0.0.1"}), "not trusted");
  config.ca.data.clear();  // the system's authorities
  expect_refused(get_over_tls("127.0.0.1", {"IP:127.0.0.1"}), "check certificate-authority");
}

TEST_F(KubeTls, AnotherNameIsRefused) {
  config.ca.data = authority.pem();
  expect_refused(get_over_tls("127.0.0.1", {"IP:127.0.0.2"}), "not for 127.0.0.1");
  expect_refused(get_over_tls("localhost", {"DNS:kubernetes"}), "tls-server-name");
  // The common name does not count.
  expect_refused(get_over_tls("localhost", {"DNS:kube-apiserver"}), "not for localhost");
}

TEST_F(KubeTls, ACertificateWithoutNamesIsForNobody) {
  config.ca.data = authority.pem();
  TestServer server(io, always(http_ok("{}")), authority.issue("localhost", {}));
  serve_at(server.port());
  config.server.tls = true;
  config.server.host = "localhost";
  KubeClient client(io, config, options);
  expect_refused(send(client, get_node("n1")), "not for localhost");
}

TEST_F(KubeTls, ACertificateGivenAsAuthorityIsTrustedAsItStands) {
  const auto certificate = authority.issue("kube-apiserver", {"IP:127.0.0.1"});
  config.ca.data = certificate.certificate;
  TestServer server(io, always(http_ok("{}")), certificate);
  serve_at(server.port());
  config.server.tls = true;
  KubeClient client(io, config, options);
  const auto answer = send(client, get_node("n1"));
  EXPECT_TRUE(answer) << answer.error().message;
}

// What the library's own defaults are does not matter.
TEST_F(KubeTls, ContextsVerifyAndSpeakNothingOlderThanTls12) {
  const auto verifying = make_tls_context({.ca = authority.pem()});
  ASSERT_TRUE(verifying);
  EXPECT_EQ(SSL_CTX_get_min_proto_version((*verifying)->native_handle()), TLS1_2_VERSION);
  EXPECT_EQ(SSL_CTX_get_verify_mode((*verifying)->native_handle()), SSL_VERIFY_PEER);
  const auto insecure = make_tls_context({.insecure = true});
  ASSERT_TRUE(insecure);
  EXPECT_EQ(SSL_CTX_get_min_proto_version((*insecure)->native_handle()), TLS1_2_VERSION);
  EXPECT_EQ(SSL_CTX_get_verify_mode((*insecure)->native_handle()), SSL_VERIFY_NONE);
}

// Many servers close without TLS's own farewell; a body that HTTP does not delimit is whole all the same.
TEST_F(KubeTls, AnEndWithoutCloseNotifyIsAnEnd) {
  config.ca.data = authority.pem();
  TestServer server(
      io,
      [](TestPeer& peer, unsigned) -> awaitable<void> {
        const auto request = co_await peer.request();
        co_await peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it");
        peer.close();
      },
      authority.issue("kube-apiserver", {"IP:127.0.0.1"}));
  serve_at(server.port());
  config.server.tls = true;
  KubeClient client(io, config, options);
  const auto answer = send(client, get_node("n1"));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "all of it");
}

TEST_F(KubeTls, TlsServerNameStandsInForTheHost) {
  config.ca.data = authority.pem();
  config.tls_server_name = "kubernetes";
  const auto answer = get_over_tls("127.0.0.1", {"DNS:kubernetes"});
  EXPECT_TRUE(answer) << answer.error().message;
}

TEST_F(KubeTls, AnExpiredCertificateIsCalledSo) {
  config.ca.data = authority.pem();
  expect_refused(get_over_tls("127.0.0.1", {"IP:127.0.0.1"}, "", -60), "certificate has expired: renew it");
}

TEST_F(KubeTls, VerificationIsSkippedOnlyWhenToldTo) {
  config.insecure_skip_tls_verify = true;
  EXPECT_TRUE(get_over_tls("127.0.0.1", {"DNS:x"}));
}

TEST_F(KubeTls, ClientCertificatesAreShown) {
  const auto me = authority.issue("weft", {});
  config.ca.data = authority.pem();
  config.client_certificate.data = me.certificate;
  config.client_key.data = me.key;
  const auto answer = get_over_tls("127.0.0.1", {"IP:127.0.0.1"}, authority.pem());
  EXPECT_TRUE(answer) << answer.error().message;
}

TEST_F(KubeTls, MaterialThatIsNoneIsNamed) {
  config.ca.data = "nonsense";
  expect_refused(get_over_tls("127.0.0.1", {"IP:127.0.0.1"}), "no PEM certificate");
  config.ca.data = authority.pem();
  config.client_certificate.data = authority.issue("a", {}).certificate;
  config.client_key.data = authority.issue("b", {}).key;
  expect_refused(get_over_tls("127.0.0.1", {"IP:127.0.0.1"}), "must belong to the client certificate");
  config.client_certificate = {"", "/nowhere.crt"};
  expect_refused(get_over_tls("127.0.0.1", {"IP:127.0.0.1"}), "/nowhere.crt");
}

TEST_F(KubeTls, APlainServerWhereTlsIsExpected) {
  TestServer server(io, always("HTTP/1.1 400 Bad Request\r\n\r\n"));
  serve_at(server.port());
  config.server.tls = true;
  // The server waits for a request that never comes in clear text.
  options.handshake = std::chrono::milliseconds(300);
  KubeClient client(io, config, options);
  EXPECT_EQ(send(client, get_node("n1")).error().kind, ApiErrorKind::not_connected);
}

}  // namespace
}  // namespace weft
