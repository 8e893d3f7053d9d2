// Who we are, for the next connection or request: TLS context and Authorization header, read again when they may
// have changed.
//
// Owns copies of the key material and token. Threading: the io_context's thread. Files are opened by path each time
// (kubelet swaps a symbolic link): for each new connection, at once after a 401, and when they were read `max_age` ago.
// A failed re-read keeps what was there, and so do a certificate and a key that do not belong together: one of them is
// just being replaced. An exec plugin is run again when its credential expires or was refused.
#pragma once

#include "subnet/backoff.h"
#include "subnet/exec_login.h"
#include "subnet/kube_config.h"
#include "subnet/tls.h"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
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

  KubeCredentials(KubeConfig config, std::chrono::milliseconds max_age);

  // Errors name the file and what to do, never what is in it.
  boost::asio::awaitable<Result<Login>> login(When when);

  // Reads authorities, certificate and key again, whatever their age, and runs no plugin. Another pointer than that
  // of the last login() when they have changed; null for plain HTTP, and before the first login().
  [[nodiscard]] TlsContext reread_tls();

 private:
  [[nodiscard]] bool is_due(When when) const;
  Result<> read_token();
  Result<> read_tls();
  [[nodiscard]] std::string authorization() const;

  KubeConfig config_;
  std::chrono::milliseconds max_age_;
  std::optional<ExecLogin> exec_;
  std::optional<TimePoint> read_;  // when all was read last
  std::string token_;
  std::optional<TlsMaterial> material_;  // what tls_ was made of
  TlsContext tls_;
};

}  // namespace weft
