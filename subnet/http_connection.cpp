#include "subnet/http_connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace weft {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

// Best effort: a kernel without one of them still gives a connection that works.
void set_option(int socket, int level, int option, int value) {
  setsockopt(socket, level, option, &value, sizeof(value));
}

}  // namespace

HttpConnection::HttpConnection(asio::io_context& io, TlsContext tls)
    : context_(std::move(tls)), stream_(std::in_place_type<Tcp>, io) {
  if (context_) stream_.emplace<Tls>(io, *context_);
}

asio::awaitable<Result<>> HttpConnection::connect(TcpEndpoints endpoints, Milliseconds timeout) {
  std::string failures;
  for (const auto& endpoint : endpoints) {
    tcp().expires_after(timeout);
    const auto [ec] = co_await tcp().async_connect(endpoint, kTuple);
    if (!ec) {
      set_socket_options();
      co_return Result<>();
    }
    const auto host = KubeServer{false, endpoint.address().to_string(), endpoint.port(), ""}.authority();
    const std::string why = ec == boost::beast::error::timeout ? "no answer: timed out" : ec.message();
    failures += fmt::format("{}{}: {}", failures.empty() ? "" : "; ", host, why);
  }
  co_return fail("cannot connect to {}", failures);
}

void HttpConnection::set_socket_options() {
  const int socket = tcp().socket().native_handle();
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 10);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, 3);
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, 3);
  set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 30'000);
}

asio::awaitable<Result<>> HttpConnection::handshake(std::string peer_name, Milliseconds timeout) {
  auto* tls = secure();
  if (!tls) co_return Result<>();
  if (auto named = set_peer_name(tls->native_handle(), peer_name); !named) co_return named;
  tcp().expires_after(timeout);
  const auto [ec] = co_await tls->async_handshake(asio::ssl::stream_base::client, kTuple);
  if (ec) co_return fail("{}", handshake_problem(tls->native_handle(), ec, peer_name));
  co_return Result<>();
}

void HttpConnection::set_deadline(Milliseconds timeout) {
  if (timeout.count() > 0) {
    tcp().expires_after(timeout);
  } else {
    tcp().expires_never();
  }
}

asio::awaitable<error_code> HttpConnection::write(std::string_view bytes) {
  const auto buffer = asio::buffer(bytes.data(), bytes.size());
  if (auto* tls = secure()) {
    const auto [ec, size] = co_await asio::async_write(*tls, buffer, kTuple);
    co_return ec;
  }
  const auto [ec, size] = co_await asio::async_write(tcp(), buffer, kTuple);
  co_return ec;
}

asio::awaitable<HttpConnection::Read> HttpConnection::read_some(std::span<char> buffer) {
  const auto target = asio::buffer(buffer.data(), buffer.size());
  Read read;
  if (auto* tls = secure()) {
    const auto [ec, size] = co_await tls->async_read_some(target, kTuple);
    read.ec = ec;
    read.size = size;
  } else {
    const auto [ec, size] = co_await tcp().async_read_some(target, kTuple);
    read.ec = ec;
    read.size = size;
  }
  co_return read;
}

// No TLS close_notify: nobody waits for it, and HTTP's own framing says where a message ends.
void HttpConnection::close() { tcp().close(); }

bool HttpConnection::is_fresh() {
  char byte = 0;
  const auto size = recv(tcp().socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return size < 0 && errno == EAGAIN;
}

}  // namespace weft
