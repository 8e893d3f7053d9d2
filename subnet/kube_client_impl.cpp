#include "subnet/kube_client_impl.h"

#include "subnet/http_exchange.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace weft {
namespace {

namespace asio = boost::asio;
using When = KubeCredentials::When;

constexpr std::size_t kMaxIdle = 4;

ApiResult<KubeResponse> not_connected(const KubeRequest& request, const std::string& server, const Error& why) {
  ApiError error;
  error.kind = ApiErrorKind::not_connected;
  error.message = fmt::format("{}: {}: {}", request.what(), server, why.message);
  return std::unexpected(std::move(error));
}

// While a coroutine works on a connection, its job can close it.
class Attached {
 public:
  Attached(KubeJob& job, HttpConnection& connection) : job_(job) { job_.connection = &connection; }
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;
  ~Attached() { job_.connection = nullptr; }

 private:
  KubeJob& job_;
};

}  // namespace

void KubeJob::cancel() {
  if (finished || std::exchange(cancelled, true)) return;
  signal.emit(asio::cancellation_type::terminal);
  if (connection != nullptr) connection->close();
}

void KubeJob::close_connection(std::string_view why) {
  if (connection == nullptr) return;
  closed_because = why;
  connection->close();
}

KubeClient::Impl::Impl(asio::io_context& context, KubeConfig from, KubeClientOptions with)
    : io(context),
      config(std::move(from)),
      options(std::move(with)),
      credentials(config, options.credentials),
      server(config.server.to_string()),
      idle_timer(context),
      certificate_timer(context) {}

void KubeClient::Impl::start(const KubeJobPtr& job, Done done) {
  if (stopped) return;
  jobs.insert(job);
  check_certificates_later();
  auto finished = [self = shared_from_this(), job, done = std::move(done)](const std::exception_ptr& failure,
                                                                           ApiResult<KubeResponse> result) {
    job->finished = true;
    self->jobs.erase(job);
    if (job->cancelled) return;
    if (failure) std::rethrow_exception(failure);
    done(std::move(result));
  };
  // Never from inside the call: co_spawn may start the coroutine at once.
  asio::post(io, [self = shared_from_this(), job, finished = std::move(finished)]() mutable {
    if (job->cancelled) return;
    asio::co_spawn(self->io, perform(self, job), asio::bind_cancellation_slot(job->signal.slot(), std::move(finished)));
  });
}

void KubeClient::Impl::renew_connections() {
  idle.clear();
  for (const auto& job : jobs) job->close_connection("the node's addresses have changed");
}

void KubeClient::Impl::stop() {
  stopped = true;
  for (const auto& job : std::exchange(jobs, {})) job->cancel();
  idle.clear();
  idle_timer.cancel();
  certificate_timer.cancel();
}

asio::awaitable<ApiResult<KubeResponse>> KubeClient::Impl::perform(std::shared_ptr<Impl> self, KubeJobPtr job) {
  bool sent_again = false;
  bool logged_in_again = false;
  while (true) {
    auto attempt = co_await self->attempt(*job, !sent_again);
    if (attempt.found_dead && !sent_again) {
      sent_again = true;
      continue;
    }
    if (!attempt.result && attempt.result.error().status == 401 && !logged_in_again) {
      logged_in_again = true;
      const auto login = co_await self->credentials.login(When::refused);
      if (login && *login != attempt.login) continue;
    }
    co_return std::move(attempt.result);
  }
}

asio::awaitable<KubeClient::Impl::Attempt> KubeClient::Impl::attempt(KubeJob& job, bool may_reuse) {
  Attempt attempt;
  auto connection = co_await ready_connection(job, may_reuse, attempt);
  if (!connection) co_return attempt;
  job.closed_because.clear();
  const auto bytes = bytes_of(job.request, attempt.login);
  HttpExchange exchange(*connection, options, job.request, server, job.sink, job.silence, job.cancelled);
  {
    const Attached attached(job, *connection);
    attempt.result = co_await exchange.run(bytes);
  }
  if (!attempt.result && !job.closed_because.empty()) attempt.result.error().message += ": " + job.closed_because;
  ++counters.requests[{job.request.verb, exchange.status()}];
  counters.bytes_read += exchange.body_bytes();
  // The server may close an idle connection at any moment: a read is then simply sent again.
  attempt.found_dead =
      attempt.reused && exchange.found_dead() && !attempt.result && attempt.result.error().kind == ApiErrorKind::broken;
  if (exchange.reusable()) put_idle(std::move(connection));
  co_return attempt;
}

asio::awaitable<KubeClient::Impl::ConnectionPtr> KubeClient::Impl::ready_connection(KubeJob& job, bool may_reuse,
                                                                                    Attempt& attempt) {
  auto login = co_await credentials.login(When::routine);
  if (login && may_reuse) {
    auto connection = take_idle(*login);
    if (connection) {
      attempt.reused = true;
      attempt.login = std::move(*login);
      co_return connection;
    }
  }
  login = co_await credentials.login(When::new_connection);
  if (!login) {
    attempt.result = not_connected(job.request, server, login.error());
    co_return nullptr;
  }
  attempt.login = std::move(*login);
  auto connected = co_await connect(job, attempt.login);
  if (connected) co_return std::move(*connected);
  attempt.result = not_connected(job.request, server, connected.error());
  co_return nullptr;
}

asio::awaitable<Result<KubeClient::Impl::ConnectionPtr>> KubeClient::Impl::connect(KubeJob& job, Login login) {
  auto endpoints = co_await resolve_name(config.server.host, config.server.port, options.resolve);
  if (!endpoints) co_return std::unexpected(endpoints.error());
  auto connection = std::make_unique<HttpConnection>(io, login.tls);
  const Attached attached(job, *connection);
  const auto connected = co_await connection->connect(std::move(*endpoints), options.connect);
  if (!connected) co_return std::unexpected(connected.error());
  const auto& name = config.tls_server_name.empty() ? config.server.host : config.tls_server_name;
  const auto secured = co_await connection->handshake(name, options.handshake);
  if (!secured) co_return std::unexpected(secured.error());
  ++counters.connections;
  co_return std::move(connection);
}

std::string KubeClient::Impl::bytes_of(const KubeRequest& request, const Login& login) const {
  return render_request(request, {config.server.authority(), config.server.base_path, options.user_agent,
                                  login.authorization, config.impersonate});
}

// -- connections at rest --

KubeClient::Impl::ConnectionPtr KubeClient::Impl::take_idle(const Login& login) {
  drop_old_idle();
  while (!idle.empty()) {
    auto connection = std::move(idle.back().connection);
    idle.pop_back();
    if (connection->tls() == login.tls && connection->is_fresh()) return connection;
  }
  return nullptr;
}

void KubeClient::Impl::put_idle(ConnectionPtr connection) {
  if (stopped) return;
  connection->set_deadline({});
  if (idle.size() >= kMaxIdle) idle.erase(idle.begin());
  idle.push_back({std::move(connection), std::chrono::steady_clock::now()});
  idle_timer.expires_after(options.idle);
  idle_timer.async_wait([weak = weak_from_this()](const boost::system::error_code& ec) {
    const auto self = weak.lock();
    if (self && !ec) self->drop_old_idle();
  });
}

void KubeClient::Impl::drop_old_idle() {
  const auto oldest = std::chrono::steady_clock::now() - options.idle;
  std::erase_if(idle, [oldest](const Idle& entry) { return entry.since <= oldest; });
}

// -- certificates that change while connections live --

void KubeClient::Impl::check_certificates_later() {
  if (stopped || std::exchange(certificate_timer_runs, true)) return;
  certificate_timer.expires_after(options.credentials);
  certificate_timer.async_wait([weak = weak_from_this()](const boost::system::error_code& ec) {
    const auto self = weak.lock();
    if (self && !ec) self->check_certificates();
  });
}

// Only streams are cut: a write that is cut off has an unknown outcome, and an answer is due soon anyway.
void KubeClient::Impl::check_certificates() {
  certificate_timer_runs = false;
  if (jobs.empty() && idle.empty()) return;
  const TlsContext present = credentials.reread_tls();
  std::erase_if(idle, [&present](const Idle& entry) { return entry.connection->tls() != present; });
  for (const auto& job : jobs) {
    const bool old = job->connection != nullptr && job->connection->tls() != present;
    if (old && job->sink != nullptr) job->close_connection("the certificates have changed");
  }
  check_certificates_later();
}

}  // namespace weft
