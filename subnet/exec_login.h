// The credential of an exec plugin: run when there is none, when it expires, and when the server refuses it.
//
// Owns the last credential. Threading: the io_context's thread; one run at a time, others wait for it.
#pragma once

#include "subnet/backoff.h"
#include "subnet/exec_credential.h"
#include "subnet/result.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>

namespace weft {

class ExecLogin {
 public:
  explicit ExecLogin(ExecPlugin plugin) : plugin_(std::move(plugin)) {}

  // `info` is the value of KUBERNETES_EXEC_INFO. A refused credential is fetched again, unless it is only
  // seconds old: then the plugin has no better one.
  boost::asio::awaitable<Result<>> refresh(std::string info, bool refused);
  [[nodiscard]] const ExecPlugin& plugin() const { return plugin_; }
  [[nodiscard]] const ExecCredential& credential() const { return credential_; }

 private:
  class Running;
  struct Attempt {
    TimePoint when;
    std::optional<Error> error;  // nothing when it brought a credential
  };
  [[nodiscard]] bool is_good(bool refused) const;
  boost::asio::awaitable<Result<>> run(std::string info);

  ExecPlugin plugin_;
  ExecCredential credential_;
  std::optional<Attempt> last_attempt_;
  std::shared_ptr<boost::asio::steady_timer> running_;  // cancelled when the run under way ends
};

}  // namespace weft
