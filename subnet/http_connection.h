// One TCP or TLS connection to the API server: connect, write, read some, each with a deadline.
//
// Owns the socket. Threading: the io_context's thread. close() ends whatever is under way at once; the coroutine
// that waits for it then sees an error. Dead peers are noticed by keep-alive (10 s, 3 s, 3 times) and
// TCP_USER_TIMEOUT (30 s), since HTTP/1.1 has no ping (kubernetes/kubernetes#48638).
#pragma once

#include "subnet/kube_config.h"
#include "subnet/name_resolver.h"
#include "subnet/tls.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace weft {

using Milliseconds = std::chrono::milliseconds;

class HttpConnection {
 public:
  // A null `tls` means plain HTTP.
  HttpConnection(boost::asio::io_context& io, TlsContext tls);
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  ~HttpConnection() { close(); }

  // Tries the endpoints in order, each within `timeout`.
  boost::asio::awaitable<Result<>> connect(TcpEndpoints endpoints, Milliseconds timeout);
  boost::asio::awaitable<Result<>> handshake(std::string peer_name, Milliseconds timeout);

  // The deadline of the operations that follow; 0 for none.
  void set_deadline(Milliseconds timeout);
  boost::asio::awaitable<boost::system::error_code> write(std::string_view bytes);
  // The bytes read into `buffer`; 0 with an error or at the end.
  struct Read {
    std::size_t size = 0;
    boost::system::error_code ec;
  };
  boost::asio::awaitable<Read> read_some(std::span<char> buffer);

  void close();
  // An idle connection on which the peer has sent or closed is of no use.
  [[nodiscard]] bool is_fresh();
  [[nodiscard]] const TlsContext& tls() const { return context_; }

 private:
  using Tcp = boost::beast::tcp_stream;
  using Tls = boost::asio::ssl::stream<Tcp>;

  Tls* secure() { return std::get_if<Tls>(&stream_); }  // null for plain HTTP
  Tcp& tcp() { return secure() ? secure()->next_layer() : std::get<Tcp>(stream_); }
  void set_socket_options();

  TlsContext context_;
  std::variant<Tcp, Tls> stream_;
};

}  // namespace weft
