#include "subnet/event_scanner.h"

#include "subnet/event_handler.h"

#include <boost/json/basic_parser_impl.hpp>

namespace weft {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 128;
constexpr std::size_t kMaxObject = 8 * 1024 * 1024;
constexpr std::size_t kPiece = 64 * 1024;  // how exactly kMaxObject is measured
constexpr std::string_view kSpace = " \t\r\n";

// What boost::json::basic_parser calls; the sizes and codes it passes along are of no use here.
struct SaxAdapter {
  // NOLINTBEGIN(readability-identifier-naming): Boost.JSON's names
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  // NOLINTEND(readability-identifier-naming)
  using Code = json::error_code;

  EventHandler handler;

  static bool checked(bool good, Code& ec) {
    if (!good) ec = json::make_error_code(json::error::syntax);
    return good;
  }
  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_array_begin(Code& ec) { return checked(handler.open_array(), ec); }
  bool on_array_end(std::size_t, Code& ec) { return checked(handler.close_array(), ec); }
  bool on_object_begin(Code& ec) { return checked(handler.open_object(), ec); }
  bool on_object_end(std::size_t, Code& ec) { return checked(handler.close_object(), ec); }
  bool on_string_part(json::string_view s, std::size_t, Code&) { return handler.value_part(view(s)), true; }
  bool on_string(json::string_view s, std::size_t, Code& ec) { return checked(handler.value(view(s)), ec); }
  bool on_key_part(json::string_view s, std::size_t, Code&) { return handler.key_part(view(s)), true; }
  bool on_key(json::string_view s, std::size_t, Code&) { return handler.key(view(s)), true; }
  bool on_number_part(json::string_view s, Code&) { return handler.value_part(view(s)), true; }
  bool on_int64(std::int64_t, json::string_view s, Code& ec) { return checked(handler.value(view(s)), ec); }
  bool on_uint64(std::uint64_t, json::string_view s, Code& ec) { return checked(handler.value(view(s)), ec); }
  bool on_double(double, json::string_view s, Code& ec) { return checked(handler.value(view(s)), ec); }
  bool on_bool(bool value, Code& ec) { return checked(handler.value(value ? "true" : "false"), ec); }
  bool on_null(Code& ec) { return checked(handler.null(), ec); }
  bool on_comment_part(json::string_view, Code&) { return true; }
  bool on_comment(json::string_view, Code&) { return true; }

  static std::string_view view(json::string_view s) { return {s.data(), s.size()}; }
};

json::parse_options options() {
  json::parse_options chosen;
  chosen.max_depth = kMaxDepth;
  return chosen;
}

}  // namespace

std::string_view to_string(EventType type) {
  switch (type) {
    case EventType::item:
      return "item";
    case EventType::list_end:
      return "list end";
    case EventType::added:
      return "ADDED";
    case EventType::modified:
      return "MODIFIED";
    case EventType::deleted:
      return "DELETED";
    case EventType::bookmark:
      return "BOOKMARK";
    case EventType::error:
      return "ERROR";
  }
  return "?";
}

class EventScanner::Impl {
 public:
  Impl(Framing framing, std::span<const FieldPath> fields, EventSink& sink)
      : framing_(framing), parser_(options(), SaxAdapter{EventHandler(framing, fields, sink)}) {}

  Result<> feed(std::string_view chunk) {
    while (!chunk.empty()) {
      const auto piece = chunk.substr(0, kPiece);
      if (auto fed = feed_piece(piece); !fed) return fed;
      chunk.remove_prefix(piece.size());
    }
    return {};
  }

  Result<> finish() {
    if (in_document_) return fail("the JSON ends inside a value, after {} bytes of it", since_event_);
    if (framing_ != Framing::watch && !done_) return fail("the answer is empty where JSON is due");
    return {};
  }

 private:
  Result<> feed_piece(std::string_view piece) {
    const auto before = handler().events();
    const auto size = piece.size();
    while (!piece.empty()) {
      if (!in_document_) {
        piece.remove_prefix(std::min(piece.find_first_not_of(kSpace), piece.size()));
        if (piece.empty()) break;
        if (done_ && framing_ != Framing::watch) return fail("more text after the end of the JSON answer");
        parser_.reset();
        in_document_ = true;
      }
      json::error_code ec;
      const auto used = parser_.write_some(true, piece.data(), piece.size(), ec);
      if (ec) return refused(ec);
      piece.remove_prefix(used);
      if (parser_.done()) {
        in_document_ = false;
        done_ = true;
      }
    }
    since_event_ = handler().events() == before ? since_event_ + size : 0;
    if (since_event_ > kMaxObject) return fail("an object of more than {} bytes", kMaxObject);
    return {};
  }

  std::unexpected<Error> refused(const json::error_code& ec) {
    if (!handler().problem().empty()) return fail("{}", handler().problem());
    if (ec == json::error::too_deep) return fail("JSON nested deeper than {}", kMaxDepth);
    return fail("broken JSON: {}", ec.message());
  }

  EventHandler& handler() { return parser_.handler().handler; }

  Framing framing_;
  json::basic_parser<SaxAdapter> parser_;
  bool in_document_ = false;
  bool done_ = false;
  std::size_t since_event_ = 0;
};

EventScanner::EventScanner(Framing framing, std::span<const FieldPath> fields, EventSink& sink)
    : impl_(std::make_unique<Impl>(framing, fields, sink)) {}
EventScanner::~EventScanner() = default;
Result<> EventScanner::feed(std::string_view chunk) { return impl_->feed(chunk); }
Result<> EventScanner::finish() { return impl_->finish(); }

}  // namespace weft
