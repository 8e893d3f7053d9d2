#include "daemon/debug/local_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <cerrno>
#include <chrono>
#include <optional>

namespace weft {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::local::stream_protocol;
using boost::system::error_code;

constexpr std::chrono::seconds kDeadline{15};
constexpr std::uint64_t kBodyLimit = 256ULL * 1024 * 1024;

Result<> connect(stream_protocol::socket& socket, const std::string& path) {
  error_code error;
  try {
    static_cast<void>(socket.connect(stream_protocol::endpoint(path), error));
  } catch (const boost::system::system_error& too_long) {  // endpoint's constructor has no other way
    error = too_long.code();
  }
  if (error == asio::error::connection_refused || error == boost::system::errc::no_such_file_or_directory) {
    return fail("no weftd answers at {}: is it running, and with this --run-dir?", path);
  }
  if (error == boost::system::errc::permission_denied) {
    return std::unexpected(Error{fmt::format("may not ask weftd at {}: run as root", path), EACCES});
  }
  if (error) return fail("connect to weftd at {}: {}", path, error.message());
  return {};
}

class Exchange {
 public:
  explicit Exchange(stream_protocol::socket& socket, const std::string& target) : socket_(socket) {
    request_.method(http::verb::get);
    request_.target(target);
    request_.version(11);
    request_.set(http::field::host, "weftd");
    parser_.body_limit(kBodyLimit);
  }

  void start() {
    http::async_write(socket_, request_, [this](error_code error, std::size_t) {
      if (error) return void(outcome_ = error);
      http::async_read(socket_, buffer_, parser_, [this](error_code e, std::size_t) { outcome_ = e; });
    });
  }

  [[nodiscard]] const std::optional<error_code>& outcome() const { return outcome_; }
  [[nodiscard]] LocalAnswer answer() { return {static_cast<int>(parser_.get().result_int()), parser_.get().body()}; }

 private:
  stream_protocol::socket& socket_;
  http::request<http::empty_body> request_;
  beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
  std::optional<error_code> outcome_;
};

}  // namespace

Result<LocalAnswer> ask_daemon(const std::string& socket_path, const std::string& target) {
  asio::io_context io(1);
  stream_protocol::socket socket(io);
  if (auto connected = connect(socket, socket_path); !connected) return std::unexpected(connected.error());
  Exchange exchange(socket, target);
  exchange.start();
  io.run_for(kDeadline);
  const auto& outcome = exchange.outcome();
  if (!outcome) return fail("weftd at {} does not answer within {} s", socket_path, kDeadline.count());
  if (*outcome) return fail("ask weftd at {}: {}", socket_path, outcome->message());
  return exchange.answer();
}

}  // namespace weft
