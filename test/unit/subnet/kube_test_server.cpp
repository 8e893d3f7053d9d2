#include "test/unit/subnet/kube_test_server.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace weft {
namespace asio = boost::asio;
using asio::ip::tcp;

TestPeer::TestPeer(tcp::socket socket, asio::ssl::context* tls) {
  if (tls != nullptr) {
    tls_.emplace(std::move(socket), *tls);
  } else {
    plain_.emplace(std::move(socket));
  }
}

asio::awaitable<void> TestPeer::handshake() {
  if (tls_) co_await tls_->async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
}

asio::awaitable<std::size_t> TestPeer::read_some(char* data, std::size_t size) {
  const auto buffer = asio::buffer(data, size);
  if (tls_) co_return co_await tls_->async_read_some(buffer, asio::use_awaitable);
  co_return co_await plain_->async_read_some(buffer, asio::use_awaitable);
}

asio::awaitable<std::string> TestPeer::request() {
  std::size_t whole = 0;
  while (whole == 0 || pending_.size() < whole) {
    const auto end = pending_.find("\r\n\r\n");
    if (end != std::string::npos) {
      const auto length = pending_.find("Content-Length: ");
      whole = end + 4 + (length < end ? std::stoul(pending_.substr(length + 16)) : 0U);
      if (pending_.size() >= whole) break;
    }
    char buffer[4096];
    const auto size = co_await read_some(buffer, sizeof(buffer));
    pending_.append(buffer, size);
  }
  std::string request = pending_.substr(0, whole);
  pending_.erase(0, whole);
  co_return request;
}

asio::awaitable<void> TestPeer::send(std::string text) {
  const auto buffer = asio::buffer(text);
  if (tls_) {
    co_await asio::async_write(*tls_, buffer, asio::use_awaitable);
  } else {
    co_await asio::async_write(*plain_, buffer, asio::use_awaitable);
  }
}

asio::awaitable<void> TestPeer::until_closed() {
  char buffer[4096];
  while (true) co_await read_some(buffer, sizeof(buffer));
}

asio::awaitable<void> TestPeer::pause(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

void TestPeer::close() {
  boost::system::error_code ignored;
  (tls_ ? tls_->next_layer() : *plain_).close(ignored);
}

void TestPeer::reset() {
  (tls_ ? tls_->next_layer() : *plain_).set_option(asio::socket_base::linger(true, 0));
  close();
}

struct TestServer::State {
  State(asio::io_context& io, Handler what)
      : acceptor(io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)), handler(std::move(what)) {}
  tcp::acceptor acceptor;
  Handler handler;
  std::optional<asio::ssl::context> tls;
  unsigned connections = 0;

  static asio::awaitable<void> serve(std::shared_ptr<State> self, tcp::socket socket, unsigned number) {
    TestPeer peer(std::move(socket), self->tls ? &*self->tls : nullptr);
    co_await peer.handshake();
    co_await self->handler(peer, number);
  }

  static asio::awaitable<void> accept(std::shared_ptr<State> self) {
    while (true) {
      auto socket = co_await self->acceptor.async_accept(asio::use_awaitable);
      asio::co_spawn(self->acceptor.get_executor(), serve(self, std::move(socket), self->connections++),
                     asio::detached);
    }
  }
};

TestServer::TestServer(asio::io_context& io, Handler handler, std::optional<TestCertificate> tls,
                       const std::string& client_ca)
    : state_(std::make_shared<State>(io, std::move(handler))) {
  if (tls) {
    state_->tls.emplace(asio::ssl::context::tls_server);
    state_->tls->use_certificate_chain(asio::buffer(tls->certificate));
    state_->tls->use_private_key(asio::buffer(tls->key), asio::ssl::context::pem);
  }
  if (!client_ca.empty()) {
    state_->tls->add_certificate_authority(asio::buffer(client_ca));
    state_->tls->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  }
  asio::co_spawn(io, State::accept(state_), asio::detached);
}

TestServer::~TestServer() { stop_listening(); }
std::uint16_t TestServer::port() const { return state_->acceptor.local_endpoint().port(); }
unsigned TestServer::connections() const { return state_->connections; }
void TestServer::stop_listening() {
  boost::system::error_code ignored;
  state_->acceptor.close(ignored);
}

bool run_until(asio::io_context& io, const std::function<bool()>& done, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    if (io.stopped()) io.restart();
    io.run_one_for(std::chrono::milliseconds(20));
  }
  return true;
}

std::string http_ok(std::string_view body, std::string_view extra_headers) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + std::string(extra_headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace weft
