// One request and its answer on one open connection.
//
// Lives inside the coroutine that runs it. `cancelled` becomes true when the receiver is gone; then nothing is
// delivered any more.
#pragma once

#include "subnet/http_connection.h"
#include "subnet/http_reader.h"
#include "subnet/kube_client.h"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace weft {

class HttpExchange {
 public:
  // `sink` is null where the body is wanted whole. All references outlive the exchange.
  HttpExchange(HttpConnection& connection, const KubeClientOptions& options, const KubeRequest& request,
               const std::string& server, KubeStreamSink* sink, Milliseconds silence, const bool& cancelled);

  // `bytes` is the request as it goes on the wire.
  boost::asio::awaitable<ApiResult<KubeResponse>> run(std::string_view bytes);

  [[nodiscard]] int status() const { return reader_.header_done() ? reader_.status() : 0; }
  [[nodiscard]] std::uint64_t body_bytes() const { return body_bytes_; }
  // The connection broke before any byte of an answer: if it was an old one, the server had closed it meanwhile.
  [[nodiscard]] bool found_dead() const { return broken_ && !reader_.started(); }
  [[nodiscard]] bool reusable() const { return !broken_ && reader_.done() && reader_.keep_alive(); }

 private:
  boost::asio::awaitable<ApiResult<>> read_header();
  boost::asio::awaitable<ApiResult<>> read_body();
  // Reads once and parses; the deadline is set.
  boost::asio::awaitable<ApiResult<>> read_more();
  [[nodiscard]] ApiResult<> check_header() const;
  void on_body(std::string_view bytes);
  [[nodiscard]] bool streams() const { return sink_ != nullptr && status() / 100 == 2; }
  [[nodiscard]] std::unexpected<ApiError> transport_error(const boost::system::error_code& ec);
  [[nodiscard]] std::unexpected<ApiError> bad_response(std::string_view why) const;
  [[nodiscard]] ApiResult<KubeResponse> result();

  HttpConnection& connection_;
  const KubeClientOptions& options_;
  const KubeRequest& request_;
  const std::string& server_;
  KubeStreamSink* sink_;
  Milliseconds silence_;
  const bool& cancelled_;
  HttpReader reader_;
  std::string buffer_;
  std::string body_;
  std::uint64_t body_bytes_ = 0;
  bool overflow_ = false;
  bool broken_ = false;
};

}  // namespace weft
