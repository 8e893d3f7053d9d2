// Serves the requests of one connection, faults included.
#pragma once

#include "test/support/api_server/api.h"
#include "test/support/api_server/connection.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <set>

namespace weft::test {

// What the sessions of one server share. Lives longer than they do.
struct Shared {
  Api api;
  std::set<boost::asio::steady_timer*> sleeping_watches;
  std::set<Connection*> connections;
  std::size_t watches = 0;
  // Answers requests below /test/.
  std::function<Reply(const HttpRequest&)> control;

  // After every change of the store or of the behaviour.
  void wake_watches();
};

boost::asio::awaitable<void> run_session(std::shared_ptr<Connection> connection, Shared& shared);

// Streams one watch; false: the connection is of no more use. `fault` may be drop_after, hang, truncate, gzip,
// garbage, expire or end_watch.
boost::asio::awaitable<bool> run_watch(std::shared_ptr<Connection> connection, Shared& shared, WatchGrant grant,
                                       std::optional<FaultAction> fault);

}  // namespace weft::test
