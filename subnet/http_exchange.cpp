#include "subnet/http_exchange.h"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/error.hpp>

#include <utility>

namespace weft {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kReadSize = 64 * 1024;
constexpr std::size_t kMaxErrorBody = 64 * 1024;  // of it one line is shown

}  // namespace

HttpExchange::HttpExchange(HttpConnection& connection, const KubeClientOptions& options, const KubeRequest& request,
                           const std::string& server, KubeStreamSink* sink, Milliseconds silence, const bool& cancelled)
    : connection_(connection),
      options_(options),
      request_(request),
      server_(server),
      sink_(sink),
      silence_(silence),
      cancelled_(cancelled),
      reader_(options.header_limit, [this](std::string_view bytes) { on_body(bytes); }),
      buffer_(kReadSize, '\0') {}

asio::awaitable<ApiResult<KubeResponse>> HttpExchange::run(std::string_view bytes) {
  connection_.set_deadline(options_.header);
  const error_code ec = co_await connection_.write(bytes);
  if (ec) co_return transport_error(ec);
  const auto header = co_await read_header();
  if (!header) co_return std::unexpected(header.error());
  const auto body = co_await read_body();
  if (!body) co_return std::unexpected(body.error());
  co_return result();
}

asio::awaitable<ApiResult<>> HttpExchange::read_header() {
  while (!reader_.header_done()) {
    const auto more = co_await read_more();
    if (!more) co_return more;
  }
  co_return check_header();
}

asio::awaitable<ApiResult<>> HttpExchange::read_body() {
  const bool streamed = streams();
  if (streamed) sink_->on_open();
  connection_.set_deadline(streamed ? silence_ : options_.body);
  // What came along with the header.
  const auto first = reader_.feed({});
  if (!first) co_return bad_response(first.error().message);
  while (!reader_.done() && !overflow_ && !cancelled_) {
    const auto more = co_await read_more();
    if (!more) co_return more;
    if (streamed) connection_.set_deadline(silence_);
  }
  co_return ApiResult<>();
}

asio::awaitable<ApiResult<>> HttpExchange::read_more() {
  const auto read = co_await connection_.read_some(buffer_);
  if (!read.ec) {
    const auto fed = reader_.feed(std::string_view(buffer_).substr(0, read.size));
    if (!fed) co_return bad_response(fed.error().message);
    co_return ApiResult<>();
  }
  // An end without a TLS close_notify counts as an end: framed bodies and JSON tell by themselves if they are whole.
  const bool eof = read.ec == asio::error::eof || read.ec == asio::ssl::error::stream_truncated;
  if (eof && reader_.header_done() && reader_.end()) co_return ApiResult<>();
  co_return transport_error(read.ec);
}

ApiResult<> HttpExchange::check_header() const {
  const auto encoding = reader_.header("Content-Encoding");
  if (!encoding.empty() && encoding != "identity") {
    return bad_response(
        fmt::format("the answer has Content-Encoding \"{}\", which was not asked for: a proxy in "
                    "between must not compress",
                    encoding.substr(0, 32)));
  }
  return {};
}

void HttpExchange::on_body(std::string_view bytes) {
  if (cancelled_) return;
  body_bytes_ += bytes.size();
  if (streams()) return sink_->on_bytes(bytes);
  const bool good = status() / 100 == 2;
  const std::size_t limit = good ? options_.body_limit : kMaxErrorBody;
  body_.append(bytes.substr(0, limit - body_.size()));
  overflow_ = body_bytes_ > limit;
}

ApiResult<KubeResponse> HttpExchange::result() {
  const int code = status();
  if (code / 100 == 2) {
    if (overflow_) return bad_response(fmt::format("the answer is longer than {} bytes", options_.body_limit));
    return KubeResponse{code, std::move(body_)};
  }
  const auto type = reader_.header("Content-Type");
  const auto retry_after = reader_.header("Retry-After");
  const auto location = reader_.header("Location");
  return std::unexpected(classify_answer(request_, {code, type, body_, retry_after, location}));
}

std::unexpected<ApiError> HttpExchange::transport_error(const error_code& ec) {
  broken_ = true;
  const bool timeout = ec == boost::beast::error::timeout;
  const bool write = request_.method != HttpMethod::get;
  ApiError error;
  error.kind = write ? ApiErrorKind::unknown_outcome : timeout ? ApiErrorKind::timeout : ApiErrorKind::broken;
  const char* when = reader_.header_done() ? "the answer stopped" : "no answer";
  error.message = fmt::format("{}: {}: {}: {}{}", request_.what(), server_, when, timeout ? "timed out" : ec.message(),
                              write ? " (it may have been applied)" : "");
  return std::unexpected(std::move(error));
}

std::unexpected<ApiError> HttpExchange::bad_response(std::string_view why) const {
  ApiError error;
  const bool write = request_.method != HttpMethod::get;
  error.kind = write ? ApiErrorKind::unknown_outcome : ApiErrorKind::bad_response;
  error.message = fmt::format("{}: {}: {}", request_.what(), server_, why);
  return std::unexpected(std::move(error));
}

}  // namespace weft
