#include "test/support/api_server/session.h"
#include "test/support/api_server/watch.h"
#include "test/support/api_server/wire.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace weft::test {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
using Clock = std::chrono::steady_clock;

// Shared with the coroutine that waits for the client to go away.
struct Sleeper {
  explicit Sleeper(const asio::any_io_executor& executor) : timer(executor) {}
  asio::steady_timer timer;
  bool client_gone = false;
  bool over = false;
};

awaitable<void> notice_close(std::shared_ptr<Connection> connection, std::shared_ptr<Sleeper> sleeper) {
  co_await connection->wait_readable();
  sleeper->client_gone = !sleeper->over;
  sleeper->timer.cancel();
}

awaitable<void> sleep_until(Shared& shared, Sleeper& sleeper, Clock::time_point until) {
  sleeper.timer.expires_at(until);
  shared.sleeping_watches.insert(&sleeper.timer);
  co_await sleeper.timer.async_wait(kTuple);
  shared.sleeping_watches.erase(&sleeper.timer);
}

// Sends what is due and sleeps, until the end; true: the end is clean.
awaitable<bool> stream(Connection& connection, Shared& shared, Watch& watch, Sleeper& sleeper,
                       std::optional<FaultAction> fault) {
  while (!sleeper.client_gone) {
    const auto lines = watch.next(Clock::now());
    if (lines.empty() && watch.ended(Clock::now())) co_return true;
    if (lines.empty()) {
      co_await sleep_until(shared, sleeper, watch.wake_at());
      continue;
    }
    auto chunk = render_chunk(fault == FaultAction::gzip ? gzip(lines) : lines);
    const bool truncate = fault == FaultAction::truncate;
    if (truncate) chunk.resize(chunk.size() / 2);
    const bool sent = co_await write_cut(connection, std::move(chunk), shared.api.behaviour);
    if (!sent || truncate) co_return false;
    if (fault == FaultAction::end_watch) co_return true;
  }
  co_return false;
}

}  // namespace

awaitable<bool> run_watch(std::shared_ptr<Connection> connection, Shared& shared, WatchGrant grant,
                          std::optional<FaultAction> fault) {
  auto header = render_watch_header(fault == FaultAction::gzip);
  if (!co_await write_cut(*connection, std::move(header), shared.api.behaviour)) co_return false;
  if (fault == FaultAction::drop_after) co_return false;
  if (fault == FaultAction::hang) {
    co_await connection->wait_readable();
    co_return false;
  }
  if (fault == FaultAction::garbage) {
    if (!co_await connection->write(render_chunk("{\"type\":\"ADDED\",\"object\":}\n"))) co_return false;
  }
  if (fault == FaultAction::expire) grant.error = expired_watch(shared.api.store, grant.from).body;
  Watch watch(shared.api, std::move(grant), Clock::now());
  auto sleeper = std::make_shared<Sleeper>(co_await asio::this_coro::executor);
  asio::co_spawn(co_await asio::this_coro::executor, notice_close(connection, sleeper), asio::detached);
  ++shared.watches;
  const bool clean = co_await stream(*connection, shared, watch, *sleeper, fault);
  --shared.watches;
  sleeper->over = true;
  connection->stop_waiting();
  if (!clean) co_return false;
  co_return co_await connection->write(kLastChunk);
}

}  // namespace weft::test
