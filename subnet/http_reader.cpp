#include "subnet/http_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace weft {
namespace {

namespace http = boost::beast::http;
using Code = boost::beast::error_code;

// A body that is handed on at once and kept nowhere.
struct PassedOn {
  struct value_type {  // NOLINT(readability-identifier-naming): Beast's name
    const HttpReader::Body* to = nullptr;
  };
  struct reader {  // NOLINT(readability-identifier-naming): Beast's name
    template <bool IsRequest, class Fields>
    reader(http::header<IsRequest, Fields>&, value_type& body) : body_(body) {}
    void init(const boost::optional<std::uint64_t>&, Code& ec) { ec = {}; }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, Code& ec) {
      ec = {};
      std::size_t size = 0;
      for (auto at = boost::asio::buffer_sequence_begin(buffers); at != boost::asio::buffer_sequence_end(buffers);
           ++at) {
        const boost::asio::const_buffer piece = *at;
        (*body_.to)({static_cast<const char*>(piece.data()), piece.size()});
        size += piece.size();
      }
      return size;
    }
    void finish(Code& ec) { ec = {}; }

   private:
    value_type& body_;
  };
};

}  // namespace

struct HttpReader::Impl {
  using Parser = http::response_parser<PassedOn>;

  Impl(std::uint32_t limit, Body to) : header_limit(limit), body(std::move(to)) { renew(); }

  void renew() {
    parser = std::make_unique<Parser>();
    parser->header_limit(header_limit);
    parser->body_limit(boost::none);
    parser->get().body().to = &body;
  }

  Result<> parse() {
    while (!pending.empty() && !parser->is_done()) {
      // Up to the end of the header one step at a time, then as much as there is.
      parser->eager(parser->is_header_done() && header_seen);
      Code ec;
      const auto used = parser->put(boost::asio::buffer(pending), ec);
      pending.erase(0, used);
      if (ec == http::error::need_more) {
        // Beast limits the header; a chunk's size line is limited here.
        if (pending.size() > header_limit) return fail("a line of the answer is longer than {} bytes", header_limit);
        return {};
      }
      if (ec) return fail("the answer is no proper HTTP: {}", ec.message());
      if (parser->is_header_done() && !header_seen) {
        const auto status = parser->get().result_int();
        if (status == 101) return fail("the server switches protocols unasked");
        if (status >= 100 && status < 200) {
          renew();
          continue;
        }
        header_seen = true;
        return {};
      }
    }
    return {};
  }

  std::uint32_t header_limit;
  Body body;
  std::unique_ptr<Parser> parser;  // never null; a new one after a 1xx answer
  std::string pending;
  bool started = false;
  bool header_seen = false;
};

HttpReader::HttpReader(std::uint32_t header_limit, Body body)
    : impl_(std::make_unique<Impl>(header_limit, std::move(body))) {}
HttpReader::~HttpReader() = default;

Result<> HttpReader::feed(std::string_view bytes) {
  impl_->started = impl_->started || !bytes.empty();
  impl_->pending.append(bytes);
  return impl_->parse();
}

Result<> HttpReader::end() {
  if (!impl_->parser->is_header_done()) return fail("the connection closed before the whole header came");
  if (impl_->parser->is_done()) return {};
  if (!impl_->parser->need_eof()) return fail("the connection closed in the middle of the body");
  Code ec;
  impl_->parser->put_eof(ec);
  if (ec) return fail("the connection closed in the middle of the body: {}", ec.message());
  return {};
}

bool HttpReader::started() const { return impl_->started; }
bool HttpReader::header_done() const { return impl_->header_seen; }
bool HttpReader::done() const { return impl_->header_seen && impl_->parser->is_done(); }
bool HttpReader::keep_alive() const { return impl_->parser->keep_alive() && impl_->pending.empty(); }
int HttpReader::status() const { return static_cast<int>(impl_->parser->get().result_int()); }
std::string HttpReader::header(std::string_view name) const {
  const auto value = impl_->parser->get()[boost::beast::string_view(name.data(), name.size())];
  return std::string(value.data(), value.size());
}

}  // namespace weft
