// The credential of an exec plugin: run when there is none, when it expires, and when the server refuses it.
//
// Owns the last credential. Threading: the io_context's thread; one run at a time, others wait for it.
#pragma once

#include "subnet/backoff.h"
#include "subnet/exec_credential.h"
#include "subnet/result.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace weft {

class ExecLogin {
 public:
  // `young` is how old a credential must be for it to be worth while to fetch another when it is refused: before that
  // the plugin has no better one.
  explicit ExecLogin(ExecPlugin plugin, std::chrono::milliseconds young = std::chrono::seconds(5))
      : plugin_(std::move(plugin)), young_(young) {}

  // `info` is the value of KUBERNETES_EXEC_INFO. `refused`: the server does not accept the present credential.
  boost::asio::awaitable<Result<>> refresh(std::string info, bool refused);
  [[nodiscard]] const ExecPlugin& plugin() const { return plugin_; }
  [[nodiscard]] const ExecCredential& credential() const { return credential_; }

 private:
  class Running;
  struct Attempt {
    TimePoint when;
    Result<> outcome;
  };
  [[nodiscard]] bool is_good(bool refused) const;
  boost::asio::awaitable<Result<>> run(std::string info);

  ExecPlugin plugin_;
  std::chrono::milliseconds young_;
  ExecCredential credential_;
  std::optional<Attempt> last_attempt_;
  std::shared_ptr<boost::asio::steady_timer> running_;  // cancelled when the run under way ends
};

}  // namespace weft
