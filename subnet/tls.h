// TLS towards the API server: a context from PEM text, the peer's name, and errors a person can act on.
//
// TLS 1.2 or later. The peer's certificate is verified against the given authorities (or the system's, when none
// are given) and for its name or IP address (subject alternative names only, as Go does), unless `insecure`.
#pragma once

#include "subnet/result.h"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

namespace weft {

struct TlsMaterial {
  std::string ca;           // PEM, may hold several; empty: the system's authorities
  std::string certificate;  // PEM chain, leaf first; empty: no client certificate
  std::string key;          // PEM, not encrypted
  bool insecure = false;

  friend bool operator==(const TlsMaterial&, const TlsMaterial&) = default;
};

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

[[nodiscard]] Result<TlsContext> make_tls_context(const TlsMaterial& material);

// Sends `name` as SNI (names only) and verifies the certificate for it (names and addresses).
[[nodiscard]] Result<> set_peer_name(SSL* ssl, const std::string& name);

// Why a handshake failed, with the remedy where it is the certificate.
[[nodiscard]] std::string handshake_problem(SSL* ssl, const boost::system::error_code& ec, const std::string& name);

}  // namespace weft
