// Who we are, for the next connection or request: TLS context and Authorization header, read again when they may
// have changed.
//
// Owns copies of the key material and token. Threading: the io_context's thread. Files are opened by path each time
// (kubelet swaps a symbolic link): for each new connection, every 60 s, and at once after a 401. A failed re-read
// keeps what was there. An exec plugin is run again when its credential expires or was refused.
#pragma once

#include "subnet/backoff.h"
#include "subnet/exec_login.h"
#include "subnet/kube_config.h"
#include "subnet/tls.h"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace weft {

struct Login {
  std::string authorization;  // header value, empty without one
  TlsContext tls;             // null for plain HTTP; another pointer when the material has changed

  friend bool operator==(const Login&, const Login&) = default;
};

class KubeCredentials {
 public:
  enum class When : std::uint8_t { routine, new_connection, refused };

  explicit KubeCredentials(KubeConfig config);

  // Errors name the file and what to do, never what is in it.
  boost::asio::awaitable<Result<Login>> login(When when);

 private:
  Result<> read_token(bool now_please);
  Result<> read_tls();
  [[nodiscard]] std::string authorization() const;

  KubeConfig config_;
  std::optional<ExecLogin> exec_;
  std::string token_;
  TimePoint token_read_{};
  std::optional<TlsMaterial> material_;  // what tls_ was made of
  TlsContext tls_;
};

}  // namespace weft
