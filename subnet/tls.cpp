#include "subnet/tls.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace weft {
namespace {

namespace asio = boost::asio;
using Code = boost::system::error_code;

Result<> load_authorities(asio::ssl::context& context, const std::string& pem) {
  Code ec;
  if (pem.empty()) {
    if (context.set_default_verify_paths(ec))
      return fail("cannot load the system's certificate authorities: {}", ec.message());
    return {};
  }
  if (pem.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
    return fail("the certificate authority has no PEM certificate (\"-----BEGIN CERTIFICATE-----\")");
  }
  if (context.add_certificate_authority(asio::buffer(pem), ec)) {
    return fail("the certificate authority cannot be read: {}", ec.message());
  }
  return {};
}

Result<> load_client_certificate(asio::ssl::context& context, const TlsMaterial& material) {
  if (material.certificate.empty() != material.key.empty()) {
    return fail("client-certificate and client-key must be given together");
  }
  if (material.certificate.empty()) return {};
  // Without it OpenSSL would ask for a passphrase on the terminal.
  context.set_password_callback([](std::size_t, asio::ssl::context::password_purpose) { return std::string(); });
  Code ec;
  if (context.use_certificate_chain(asio::buffer(material.certificate), ec)) {
    return fail("the client certificate cannot be read: {}", ec.message());
  }
  if (context.use_private_key(asio::buffer(material.key), asio::ssl::context::pem, ec)) {
    return fail("the client key cannot be used: {}: it must belong to the client certificate and not be encrypted",
                ec.message());
  }
  return {};
}

}  // namespace

Result<TlsContext> make_tls_context(const TlsMaterial& material) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX* native = context->native_handle();
  if (SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1) return fail("TLS 1.2 is not available");
  if (material.insecure) {
    context->set_verify_mode(asio::ssl::verify_none);
  } else {
    context->set_verify_mode(asio::ssl::verify_peer);
    // Any certificate given as an authority is trusted as it stands, also an intermediate one, as in Go.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(native), X509_V_FLAG_PARTIAL_CHAIN);
    if (auto loaded = load_authorities(*context, material.ca); !loaded) return std::unexpected(loaded.error());
  }
  if (auto loaded = load_client_certificate(*context, material); !loaded) return std::unexpected(loaded.error());
  return context;
}

Result<> set_peer_name(SSL* ssl, const std::string& name) {
  Code ec;
  asio::ip::make_address(name, ec);
  X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
  if (!ec) {
    if (X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str()) != 1) return fail("cannot verify the address {}", name);
    return {};
  }
  X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  std::string sni = name;  // what SSL_set_tlsext_host_name does, without its C cast
  if (X509_VERIFY_PARAM_set1_host(param, name.c_str(), name.size()) != 1 ||
      SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, sni.data()) != 1) {
    return fail("\"{}\" cannot be used as a TLS server name", name);
  }
  return {};
}

std::string handshake_problem(SSL* ssl, const Code& ec, const std::string& name) {
  const long verdict = SSL_get_verify_result(ssl);
  if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) {
    return fmt::format("the server's certificate is not for {}: use an address it names, or set tls-server-name", name);
  }
  if (verdict == X509_V_ERR_CERT_HAS_EXPIRED || verdict == X509_V_ERR_CERT_NOT_YET_VALID) {
    return fmt::format("the server's {}: renew it, or set this node's clock", X509_verify_cert_error_string(verdict));
  }
  if (verdict != X509_V_OK) {
    return fmt::format("the server's certificate is not trusted: {}: check certificate-authority",
                       X509_verify_cert_error_string(verdict));
  }
  return fmt::format("TLS handshake: {}: is it an https port, and does it want a client certificate?", ec.message());
}

}  // namespace weft
