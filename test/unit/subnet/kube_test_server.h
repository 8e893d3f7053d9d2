// A server on 127.0.0.1 that says exactly what a test wants, byte for byte, plain or over TLS.
//
// Runs on the test's own io_context, so that nothing races: the test turns the crank with run_until().
#pragma once

#include "test/unit/subnet/kube_test_pki.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

// One accepted connection. Errors throw and end it quietly.
class TestPeer {
 public:
  TestPeer(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls);

  boost::asio::awaitable<void> handshake();
  // One whole request: header, blank line, body by its Content-Length. "" when the client closed.
  boost::asio::awaitable<std::string> request();
  boost::asio::awaitable<void> send(std::string text);
  // Waits until the client closes; what it sent meanwhile is dropped.
  boost::asio::awaitable<void> until_closed();
  boost::asio::awaitable<void> pause(std::chrono::milliseconds time);
  void close();
  void reset();  // RST instead of FIN

 private:
  boost::asio::awaitable<std::size_t> read_some(char* data, std::size_t size);

  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket>> tls_;
  std::optional<boost::asio::ip::tcp::socket> plain_;
  std::string pending_;
};

class TestServer {
 public:
  // `number` counts the connections from 0.
  using Handler = std::function<boost::asio::awaitable<void>(TestPeer&, unsigned number)>;

  TestServer(boost::asio::io_context& io, Handler handler, std::optional<TestCertificate> tls = std::nullopt,
             const std::string& client_ca = "");
  ~TestServer();

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] unsigned connections() const;
  void stop_listening();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Turns `io` until `done` holds; false after `limit`.
bool run_until(boost::asio::io_context& io, const std::function<bool()>& done,
               std::chrono::milliseconds limit = std::chrono::seconds(20));

[[nodiscard]] std::string http_ok(std::string_view body, std::string_view extra_headers = "");

}  // namespace weft
