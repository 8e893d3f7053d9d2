#include "daemon/admin_session.h"

#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace weft {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::uint32_t kHeaderLimit = 8 * 1024;
constexpr std::chrono::seconds kDeadline{10};
constexpr std::chrono::seconds kAnswerDeadline{30};  // the whole answer written, also to a slow reader

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(AdminSocket socket, bool local, AdminHandler handler, std::function<void()> ended)
      : stream_(std::move(socket)), local_(local), handler_(std::move(handler)), ended_(std::move(ended)) {}
  ~Session() { ended_(); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void read() {
    Parser& parser = parser_.emplace();
    parser.header_limit(kHeaderLimit);
    parser.body_limit(0);
    stream_.expires_after(kDeadline);
    http::async_read(stream_, buffer_, parser,
                     [self = shared_from_this()](error_code error, std::size_t) { self->received(error); });
  }

 private:
  using Parser = http::request_parser<http::empty_body>;

  void received(error_code error) {
    if (error == http::error::end_of_stream || error == beast::error::timeout || !parser_) return;
    if (error) return write({400, "text/plain; charset=utf-8", error.message() + "\n"}, false);
    const auto& request = parser_->get();
    const bool keep = request.keep_alive();
    if (request.method() != http::verb::get) return write({405, "text/plain; charset=utf-8", "GET only\n"}, false);
    stream_.expires_never();  // the handler has its own deadlines
    const auto target = request.target();
    handler_(parse_admin_target({target.data(), target.size()}, local_),
             [self = shared_from_this(), keep](AdminResponse response) { self->write(std::move(response), keep); });
  }

  void write(AdminResponse response, bool keep) {
    response_ = {static_cast<http::status>(response.status), 11};
    response_.set(http::field::server, "weftd");
    response_.set(http::field::content_type, response.content_type);
    response_.set(http::field::cache_control, "no-store");
    response_.keep_alive(keep);
    response_.body() = std::move(response.body);
    response_.prepare_payload();
    stream_.expires_after(kAnswerDeadline);
    http::async_write(stream_, response_, [self = shared_from_this(), keep](error_code error, std::size_t) {
      if (!error && keep) self->read();
    });
  }

  beast::basic_stream<asio::generic::stream_protocol> stream_;
  beast::flat_buffer buffer_{std::size_t{kHeaderLimit} * 2};
  std::optional<Parser> parser_;  // one a request
  http::response<http::string_body> response_;
  bool local_;
  AdminHandler handler_;
  std::function<void()> ended_;
};

}  // namespace

AdminRequest parse_admin_target(std::string_view target, bool local) {
  const auto mark = target.find('?');
  AdminRequest request{std::string(target.substr(0, mark)), false, local};
  if (mark == std::string_view::npos) return request;
  std::string_view query = target.substr(mark + 1);
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view part = query.substr(0, end);
    if (part == "verbose" || part.starts_with("verbose=")) request.verbose = true;
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
  }
  return request;
}

void serve_admin_session(AdminSocket socket, bool local, AdminHandler handler, std::function<void()> ended) {
  std::make_shared<Session>(std::move(socket), local, std::move(handler), std::move(ended))->read();
}

}  // namespace weft
