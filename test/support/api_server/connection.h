// One client connection, plain or TLS. Belongs to the server's one thread.
#pragma once

#include "test/support/api_server/call.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <optional>
#include <string_view>

namespace weft::test {

class Connection {
 public:
  virtual ~Connection() = default;
  // False when the client does not complete it.
  virtual boost::asio::awaitable<bool> handshake() = 0;
  // None when the client went away or sent what is no request.
  virtual boost::asio::awaitable<std::optional<HttpRequest>> read() = 0;
  // False when the client went away.
  virtual boost::asio::awaitable<bool> write(std::string_view bytes) = 0;
  // Returns when the client closes or sends anything more, or after stop_waiting().
  virtual boost::asio::awaitable<void> wait_readable() = 0;
  virtual void stop_waiting() = 0;
  // At once; pending operations end.
  virtual void close() = 0;
};

// `tls` null: plain HTTP.
[[nodiscard]] std::shared_ptr<Connection> make_connection(boost::asio::ip::tcp::socket socket,
                                                          boost::asio::ssl::context* tls);

}  // namespace weft::test
