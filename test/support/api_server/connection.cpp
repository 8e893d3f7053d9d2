#include "test/support/api_server/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <type_traits>

namespace weft::test {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t kHeaderLimit = 64 * 1024;
constexpr std::uint64_t kBodyLimit = 3 * 1024 * 1024;  // as the real server

HttpRequest convert(const http::request<http::string_body>& message) {
  HttpRequest request;
  request.method = message.method_string();
  request.target = message.target();
  request.body = message.body();
  request.keep_alive = message.keep_alive();
  for (const auto& field : message) {
    std::string name(field.name_string());
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    request.headers[name] = field.value();
  }
  return request;
}

template <class Stream>
class StreamConnection : public Connection {
 public:
  explicit StreamConnection(Stream stream) : stream_(std::move(stream)) {
    boost::system::error_code ignored;  // only speeds tests up
    socket().set_option(tcp::no_delay(true), ignored);
  }

  asio::awaitable<bool> handshake() override {
    if constexpr (!std::is_same_v<Stream, tcp::socket>) {
      const auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kTuple);
      co_return !error;
    }
    co_return true;
  }

  asio::awaitable<std::optional<HttpRequest>> read() override {
    http::request_parser<http::string_body> parser;
    parser.header_limit(kHeaderLimit);
    parser.body_limit(kBodyLimit);
    const auto [error, size] = co_await http::async_read(stream_, buffer_, parser, kTuple);
    if (error) co_return std::nullopt;
    co_return convert(parser.get());
  }

  asio::awaitable<bool> write(std::string_view bytes) override {
    const auto [error, size] = co_await asio::async_write(stream_, asio::buffer(bytes), kTuple);
    co_return !error;
  }

  asio::awaitable<void> wait_readable() override { co_await socket().async_wait(tcp::socket::wait_read, kTuple); }

  void stop_waiting() override {
    boost::system::error_code ignored;  // nothing pending is fine
    socket().cancel(ignored);
  }

  void close() override {
    boost::system::error_code ignored;  // closed already is fine
    socket().shutdown(tcp::socket::shutdown_both, ignored);
    socket().close(ignored);
  }

 private:
  tcp::socket& socket() {
    if constexpr (std::is_same_v<Stream, tcp::socket>) {
      return stream_;
    } else {
      return stream_.next_layer();
    }
  }

  Stream stream_;
  boost::beast::flat_buffer buffer_;
};

}  // namespace

std::shared_ptr<Connection> make_connection(tcp::socket socket, asio::ssl::context* tls) {
  if (tls == nullptr) return std::make_shared<StreamConnection<tcp::socket>>(std::move(socket));
  using TlsStream = asio::ssl::stream<tcp::socket>;
  return std::make_shared<StreamConnection<TlsStream>>(TlsStream(std::move(socket), *tls));
}

}  // namespace weft::test
