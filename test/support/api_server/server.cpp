#include "test/support/api_server/server.h"

#include "test/support/api_server/certificate.h"
#include "test/support/api_server/control.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/detail/base64.hpp>
#include <nlohmann/json.hpp>

#include <future>
#include <optional>
#include <thread>

namespace weft::test {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

std::string base64(const std::string& text) {
  std::string out(boost::beast::detail::base64::encoded_size(text.size()), '\0');
  out.resize(boost::beast::detail::base64::encode(out.data(), text.data(), text.size()));
  return out;
}

}  // namespace

class ApiServer::Impl {
 public:
  explicit Impl(const ServerOptions& options) : options_(options) {
    shared_.control = [this](const HttpRequest& request) { return handle_control(request, shared_, hooks_); };
    hooks_.disconnect = [this] { asio::post(context_, [this] { disconnect(); }); };
    hooks_.refuse = [this](std::chrono::milliseconds duration) {
      asio::post(context_, [this, duration] { refuse(duration); });
    };
    if (!options.token.empty()) shared_.api.users.add(options.token, {.name = "admin", .allowed = {}});
  }

  ~Impl() {
    asio::post(context_, [this] { shut_down(); });
    // Whatever still sleeps (a delayed answer) is destroyed with the context.
    if (thread_.joinable()) {
      asio::post(context_, [this] { context_.stop(); });
      thread_.join();
    }
  }

  Result<> start() {
    if (auto done = prepare_tls(); !done) return done;
    boost::system::error_code error;
    const auto address = asio::ip::make_address(options_.address, error);
    if (error) return fail("listen on '{}': not an IP address", options_.address);
    endpoint_ = tcp::endpoint(address, options_.port);
    if (auto done = listen(); !done) return done;
    endpoint_ = acceptor_.local_endpoint();
    thread_ = std::thread([this] { context_.run(); });
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return endpoint_.port(); }
  [[nodiscard]] const std::string& ca_pem() const { return certificates_.ca_pem; }
  [[nodiscard]] const ServerOptions& options() const { return options_; }

  [[nodiscard]] std::string url() const {
    auto address = endpoint_.address();
    if (address.is_unspecified()) {
      address = address.is_v6() ? asio::ip::address(asio::ip::address_v6::loopback())
                                : asio::ip::address(asio::ip::address_v4::loopback());
    }
    const auto host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    return (options_.tls ? "https://" : "http://") + host + ":" + std::to_string(port());
  }

  void with(const std::function<void(Api&)>& action) {
    std::promise<void> promise;
    auto done = promise.get_future();
    // The handler owns the promise: it must outlive set_value().
    asio::post(context_, [this, &action, promise = std::move(promise)]() mutable {
      action(shared_.api);
      shared_.wake_watches();
      promise.set_value();
    });
    done.wait();
  }

  void disconnect() {
    for (auto* connection : shared_.connections) connection->close();
  }

 private:
  Result<> prepare_tls() {
    if (!options_.tls) return {};
    auto names = options_.names;
    names.insert(names.end(), {"localhost", "127.0.0.1", "::1", options_.address});
    auto certificates = make_certificates(names);
    if (!certificates) return std::unexpected(certificates.error());
    certificates_ = std::move(*certificates);
    auto& tls = tls_.emplace(asio::ssl::context::tls_server);
    boost::system::error_code error;
    if (tls.use_certificate_chain(asio::buffer(certificates_.server_pem), error) ||
        tls.use_private_key(asio::buffer(certificates_.key_pem), asio::ssl::context::pem, error)) {
      return fail("load the test certificate: {}", error.message());
    }
    return {};
  }

  Result<> listen() {
    boost::system::error_code error;
    if (acceptor_.open(endpoint_.protocol(), error) ||
        acceptor_.set_option(asio::socket_base::reuse_address(true), error) || acceptor_.bind(endpoint_, error) ||
        acceptor_.listen(asio::socket_base::max_listen_connections, error)) {
      return fail("listen on {} port {}: {}", options_.address, endpoint_.port(), error.message());
    }
    asio::co_spawn(context_, accept(), asio::detached);
    return {};
  }

  asio::awaitable<void> accept() {
    while (acceptor_.is_open()) {
      auto [error, socket] = co_await acceptor_.async_accept(kTuple);
      if (error) co_return;
      asio::co_spawn(context_, run_session(make_connection(std::move(socket), tls_ ? &*tls_ : nullptr), shared_),
                     asio::detached);
    }
  }

  // Connections are refused by the kernel while nobody listens.
  void refuse(std::chrono::milliseconds duration) {
    acceptor_.close();
    disconnect();
    reopen_.expires_after(duration);
    reopen_.async_wait([this](const boost::system::error_code& error) {
      if (!error && !listen()) refuse(std::chrono::milliseconds(100));  // the port is taken for a moment
    });
  }

  void shut_down() {
    reopen_.cancel();
    acceptor_.close();
    disconnect();
  }

  ServerOptions options_;
  Certificates certificates_;
  Shared shared_;  // before the context: sessions refer to it until they are destroyed
  ControlHooks hooks_;
  asio::io_context context_{1};
  std::optional<asio::ssl::context> tls_;
  tcp::acceptor acceptor_{context_};
  asio::steady_timer reopen_{context_};
  tcp::endpoint endpoint_;
  std::thread thread_;
};

ApiServer::ApiServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ApiServer::~ApiServer() = default;

Result<std::unique_ptr<ApiServer>> ApiServer::start(const ServerOptions& options) {
  auto impl = std::make_unique<Impl>(options);
  if (auto started = impl->start(); !started) return std::unexpected(started.error());
  return std::unique_ptr<ApiServer>(new ApiServer(std::move(impl)));
}

std::uint16_t ApiServer::port() const { return impl_->port(); }
std::string ApiServer::url() const { return impl_->url(); }
std::string ApiServer::ca_pem() const { return impl_->ca_pem(); }
void ApiServer::with(const std::function<void(Api&)>& action) { impl_->with(action); }

void ApiServer::disconnect_all() {
  impl_->with([this](Api&) { impl_->disconnect(); });
}

std::string ApiServer::kubeconfig() const {
  using Json = nlohmann::json;
  Json cluster{{"server", url()}};
  if (impl_->options().tls) cluster["certificate-authority-data"] = base64(ca_pem());
  Json user = Json::object();
  if (!impl_->options().token.empty()) user["token"] = impl_->options().token;
  const Json config{
      {"apiVersion", "v1"},
      {"kind", "Config"},
      {"current-context", "test"},
      {"clusters", Json::array({{{"name", "test"}, {"cluster", cluster}}})},
      {"users", Json::array({{{"name", "test"}, {"user", user}}})},
      {"contexts", Json::array({{{"name", "test"}, {"context", {{"cluster", "test"}, {"user", "test"}}}}})}};
  return config.dump(1) + "\n";
}

}  // namespace weft::test
