#include "test/support/api_server/session.h"

#include "test/support/api_server/wire.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace weft::test {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

awaitable<void> sleep_for(std::chrono::milliseconds duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(kTuple);
}

// Until the client gives up: headers that never end, or nothing at all.
awaitable<void> torment(Connection& connection, FaultAction action) {
  if (action == FaultAction::hang) {
    co_await connection.wait_readable();
    co_return;
  }
  if (!co_await connection.write("HTTP/1.1 200 OK\r\nX-Endless: ")) co_return;
  const std::string filler(1024, 'x');
  while (co_await connection.write(filler)) co_await sleep_for(std::chrono::milliseconds(1));
}

class Session {
 public:
  Session(std::shared_ptr<Connection> connection, Shared& shared)
      : connection_(std::move(connection)), shared_(shared) {}

  awaitable<bool> serve(const HttpRequest& request) {
    if (request.target.starts_with("/test/")) co_return co_await send(shared_.control(request), request.keep_alive);
    if (request.target.starts_with("/readyz") || request.target.starts_with("/livez")) {
      Reply ok{200, "ok", "text/plain; charset=utf-8", {}};  // named: g++ 12 destroys such a temporary twice
      co_return co_await send(std::move(ok), request.keep_alive);
    }
    const auto call = parse_call(request);
    if (!call) co_return co_await send(call.error(), request.keep_alive);
    if (auto refusal = shared_.api.users.check(request.header("authorization"), *call)) {
      shared_.api.count(*call, refusal->status);
      co_return co_await send(*refusal, request.keep_alive);
    }
    const auto fault = shared_.api.faults.take(*call, request.header("user-agent"));
    if (fault && fault->delay.count() > 0) co_await sleep_for(fault->delay);
    if (fault && fault->action != FaultAction::delay) co_return co_await misbehave(request, *call, *fault);
    co_return co_await answer(request, *call, std::nullopt);
  }

 private:
  awaitable<bool> send(Reply reply, bool keep_alive) {
    const bool sent = co_await write_cut(*connection_, render_reply(reply, keep_alive), shared_.api.behaviour);
    co_return sent&& keep_alive;
  }

  // The right answer, but for what `fault` does to a watch.
  awaitable<bool> answer(const HttpRequest& request, const Call& call, std::optional<FaultAction> fault) {
    auto result = shared_.api.handle(call, request);
    if (auto* grant = std::get_if<WatchGrant>(&result)) {
      shared_.api.count(call, 200);
      const bool clean = co_await run_watch(connection_, shared_, std::move(*grant), fault);
      co_return clean&& request.keep_alive;
    }
    auto& reply = std::get<Reply>(result);
    shared_.api.count(call, reply.status);
    shared_.wake_watches();
    co_return co_await send(std::move(reply), request.keep_alive);
  }

  awaitable<bool> misbehave(const HttpRequest& request, const Call& call, const Fault& fault) {
    switch (fault.action) {
      case FaultAction::drop_before:
        shared_.api.count(call, 0);
        co_return false;
      case FaultAction::endless_header:
        shared_.api.count(call, 0);
        co_await torment(*connection_, fault.action);
        co_return false;
      case FaultAction::status:
      case FaultAction::text:
      case FaultAction::html:
      case FaultAction::redirect: {
        const auto reply = fault_reply(fault);
        shared_.api.count(call, reply.status);
        co_return co_await send(reply, request.keep_alive);
      }
      default:
        if (call.verb == "watch") co_return co_await answer(request, call, fault.action);
        co_return co_await spoil(request, call, fault);
    }
  }

  // Faults around an answer that the server did work out.
  awaitable<bool> spoil(const HttpRequest& request, const Call& call, const Fault& fault) {
    if (fault.action == FaultAction::hang) {
      shared_.api.count(call, 0);
      co_await torment(*connection_, fault.action);
      co_return false;
    }
    auto reply = std::get<Reply>(shared_.api.handle(call, request));
    shared_.wake_watches();
    shared_.api.count(call, fault.action == FaultAction::drop_after ? 0 : reply.status);
    if (fault.action == FaultAction::drop_after) co_return false;
    if (fault.action == FaultAction::garbage) co_return co_await send(fault_reply(fault), request.keep_alive);
    if (fault.action == FaultAction::gzip) {
      reply.body = gzip(reply.body);
      reply.headers.emplace_back("Content-Encoding", "gzip");
      co_return co_await send(std::move(reply), request.keep_alive);
    }
    const auto whole = render_reply(reply, request.keep_alive);
    co_await write_cut(*connection_, whole.substr(0, whole.size() - reply.body.size() / 2 - 1), shared_.api.behaviour);
    co_return false;
  }

  std::shared_ptr<Connection> connection_;
  Shared& shared_;
};

}  // namespace

void Shared::wake_watches() {
  for (auto* timer : sleeping_watches) timer->cancel();
}

awaitable<void> run_session(std::shared_ptr<Connection> connection, Shared& shared) {
  shared.connections.insert(connection.get());
  Session session(connection, shared);
  bool open = co_await connection->handshake();
  while (open) {
    const auto request = co_await connection->read();
    if (!request) break;
    open = co_await session.serve(*request);
  }
  shared.connections.erase(connection.get());
  connection->close();
}

}  // namespace weft::test
