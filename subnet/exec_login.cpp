#include "subnet/exec_login.h"

#include "subnet/program.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace weft {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto kEarly = 10s;  // before it expires: requests take time
constexpr auto kAgain = 1s;   // runs are no closer together: those who waited for one share its outcome

}  // namespace

// While it exists the others wait.
class ExecLogin::Running {
 public:
  Running(ExecLogin& login, const asio::any_io_executor& executor) : login_(login) {
    login_.running_ = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { std::exchange(login_.running_, nullptr)->cancel(); }

 private:
  ExecLogin& login_;
};

bool ExecLogin::is_good(bool refused) const {
  if (!last_attempt_ || !last_attempt_->outcome) return false;
  const auto age = std::chrono::steady_clock::now() - last_attempt_->when;
  if (refused) return age < young_;
  if (age < kAgain) return true;  // expired or not, there is no newer one
  return !credential_.expires || std::chrono::system_clock::now() + kEarly < *credential_.expires;
}

asio::awaitable<Result<>> ExecLogin::refresh(std::string info, bool refused) {
  while (running_) {
    const auto gate = running_;
    co_await gate->async_wait(asio::as_tuple(asio::use_awaitable));
  }
  if (is_good(refused)) co_return Result<>();
  if (last_attempt_ && !last_attempt_->outcome && std::chrono::steady_clock::now() - last_attempt_->when < kAgain) {
    co_return last_attempt_->outcome;
  }
  const auto executor = co_await asio::this_coro::executor;
  const Running running(*this, executor);
  auto done = co_await run(std::move(info));
  last_attempt_ = Attempt{std::chrono::steady_clock::now(), done};
  co_return done;
}

asio::awaitable<Result<>> ExecLogin::run(std::string info) {
  Program program;
  program.argv = plugin_.args;
  program.argv.insert(program.argv.begin(), plugin_.command);
  program.environment = plugin_.env;
  program.environment.emplace_back("KUBERNETES_EXEC_INFO", std::move(info));
  const auto output = co_await run_program(std::move(program));
  if (!output) {
    const auto hint = plugin_.install_hint.empty() ? "" : ": " + plugin_.install_hint.substr(0, 200);
    co_return fail("exec plugin: {}{}", output.error().message, hint);
  }
  auto parsed = parse_exec_credential(*output, plugin_);
  if (!parsed) co_return std::unexpected(parsed.error());
  credential_ = std::move(*parsed);
  co_return Result<>();
}

}  // namespace weft
