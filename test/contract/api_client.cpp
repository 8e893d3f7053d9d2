#include "test/contract/api_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace weft::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
constexpr std::chrono::seconds kPatience{30};
constexpr std::uint64_t kBodyLimit = 256 * 1024 * 1024;

// A connection and the loop that drives it. Every operation is run to its end before the next begins.
class Channel {
 private:
  auto done() {
    return [this](beast::error_code error, auto...) { error_ = error; };
  }

 public:
  explicit Channel(const ApiTarget& target) : tls_(asio::ssl::context::tls_client), stream_(loop_, prepared(target)) {
    lowest().expires_after(kPatience);
    lowest().async_connect(asio::ip::tcp::endpoint(asio::ip::make_address(target.host), target.port), done());
    run("connect");
    stream_.set_verify_callback(asio::ssl::host_name_verification(target.host));
    stream_.async_handshake(asio::ssl::stream_base::client, done());
    run("TLS handshake");
  }

  void send(const ApiTarget& target, const ApiRequest& request) {
    http::request<http::string_body> message(http::string_to_verb(request.method), request.target, 11);
    message.set(http::field::host, target.host);
    message.set(http::field::accept, request.accept);
    if (!target.token.empty()) message.set(http::field::authorization, "Bearer " + target.token);
    if (!request.body.empty()) message.set(http::field::content_type, request.content_type);
    message.body() = request.body;
    message.prepare_payload();
    lowest().expires_after(kPatience);
    http::async_write(stream_, message, done());
    run("write");
  }

  template <class Parser>
  void read_header(Parser& parser) {
    lowest().expires_after(kPatience);
    http::async_read_header(stream_, buffer_, parser, done());
    run("read the header");
  }

  template <class Parser>
  void read_all(Parser& parser) {
    lowest().expires_after(kPatience);
    http::async_read(stream_, buffer_, parser, done());
    run("read");
  }

  template <class Parser>
  void read_some(Parser& parser, std::chrono::seconds patience) {
    lowest().expires_after(patience);
    http::async_read_some(stream_, buffer_, parser, done());
    run("wait for an event");
  }

 private:
  beast::tcp_stream& lowest() { return stream_.next_layer(); }

  asio::ssl::context& prepared(const ApiTarget& target) {
    tls_.set_verify_mode(asio::ssl::verify_peer);
    tls_.add_certificate_authority(asio::buffer(target.ca_pem));
    return tls_;
  }

  void run(const char* what) {
    loop_.restart();
    loop_.run();
    if (error_) throw std::runtime_error(std::string(what) + ": " + error_.message());
  }

  asio::io_context loop_;
  asio::ssl::context tls_;
  beast::error_code error_;
  asio::ssl::stream<beast::tcp_stream> stream_;
  beast::flat_buffer buffer_;
};

template <class Message>
std::map<std::string, std::string> headers_of(const Message& message) {
  std::map<std::string, std::string> headers;
  for (const auto& field : message) {
    std::string name(field.name_string());
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    headers[name] = field.value();
  }
  return headers;
}

}  // namespace

std::uint64_t version_of(const nlohmann::json& object) {
  return std::stoull(object.at("metadata").at("resourceVersion").get<std::string>());
}

std::string WatchEvent::name() const { return object.at("metadata").value("name", ""); }
std::uint64_t WatchEvent::version() const { return version_of(object); }

ApiResponse send_request(const ApiTarget& target, const ApiRequest& request) {
  Channel channel(target);
  channel.send(target, request);
  http::response_parser<http::string_body> parser;
  parser.body_limit(kBodyLimit);
  channel.read_all(parser);
  ApiResponse response;
  response.status = static_cast<int>(parser.get().result_int());
  response.headers = headers_of(parser.get());
  response.text = std::move(parser.get().body());
  response.json = nlohmann::json::parse(response.text, nullptr, false);
  return response;
}

class WatchStream::Impl {
 public:
  Impl(const ApiTarget& target, const ApiRequest& request) : channel_(target) {
    parser_.body_limit(kBodyLimit);
    channel_.send(target, request);
    channel_.read_header(parser_);
  }

  std::optional<WatchEvent> next(std::chrono::seconds patience) {
    auto& body = parser_.get().body();
    auto end = body.find('\n');
    while (end == std::string::npos) {
      if (parser_.is_done()) return std::nullopt;
      channel_.read_some(parser_, patience);
      end = body.find('\n');
    }
    const auto line = body.substr(0, end);
    body.erase(0, end + 1);
    if (line.empty()) return next(patience);
    auto json = nlohmann::json::parse(line);
    return WatchEvent{json.at("type").get<std::string>(), std::move(json.at("object"))};
  }

  const http::response<http::string_body>& response() { return parser_.get(); }

 private:
  Channel channel_;
  http::response_parser<http::string_body> parser_;
};

WatchStream::WatchStream(const ApiTarget& target, const ApiRequest& request)
    : impl_(std::make_unique<Impl>(target, request)) {}
WatchStream::~WatchStream() = default;
int WatchStream::status() const { return static_cast<int>(impl_->response().result_int()); }
bool WatchStream::chunked() const { return impl_->response().chunked(); }
std::optional<WatchEvent> WatchStream::next(std::chrono::seconds patience) { return impl_->next(patience); }

}  // namespace weft::test
