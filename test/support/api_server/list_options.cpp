#include "test/support/api_server/list_options.h"

#include <boost/beast/core/detail/base64.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace weft::test {
namespace {

template <class Number>
std::optional<Number> parse_number(const std::string& text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Reply forbidden_option(const std::string& field, const std::string& why) {
  return invalid("ListOptions.meta.k8s.io \"\"", field, "FieldValueForbidden", "Forbidden: " + why,
                 {.kind = "ListOptions"});
}

Reply bad_number(const Call& call, const std::string& text) {
  const auto message = fmt::format(
      "resourceVersion: Invalid value: \"{}\": strconv.ParseUint: parsing \"{}\": invalid "
      "syntax",
      text, text);
  if (call.verb == "watch") return status_reply(500, "", message);
  return bad_request("invalid resource version: " + message);
}

std::optional<Reply> check_watch(const Call& call, const std::string& match) {
  const bool asked = call.query.contains("sendInitialEvents");
  if (!asked && !match.empty()) {
    return forbidden_option("resourceVersionMatch",
                            "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
  }
  if (asked && match != "NotOlderThan") {
    return forbidden_option("resourceVersionMatch",
                            "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  }
  return std::nullopt;
}

std::optional<Reply> check_list(const Call& call, const std::string& match) {
  const auto revision = call.option("resourceVersion");
  if (call.query.contains("sendInitialEvents")) {
    return forbidden_option("sendInitialEvents", "sendInitialEvents is forbidden for list");
  }
  if (!match.empty() && revision.empty()) {
    return forbidden_option("resourceVersionMatch",
                            "resourceVersionMatch is forbidden unless resourceVersion is provided");
  }
  if (!match.empty() && !call.option("continue").empty()) {
    return forbidden_option("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
  }
  if (match == "Exact" && revision == "0") {
    return forbidden_option("resourceVersionMatch",
                            "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
  }
  if (!revision.empty() && !call.option("continue").empty()) {
    return bad_request("specifying resource version is not allowed when using continue");
  }
  return std::nullopt;
}

std::optional<Reply> read_selectors(const Call& call, ListOptions& options) {
  if (!call.option("labelSelector").empty()) return bad_request("labelSelector: not known to the test API server");
  const auto selector = call.option("fieldSelector");
  if (selector.empty()) return std::nullopt;
  constexpr std::string_view kByName = "metadata.name=";
  if (!selector.starts_with(kByName)) {
    return bad_request("field label not supported: " + selector.substr(0, selector.find('=')));
  }
  options.only_name = selector.substr(kByName.size());
  return std::nullopt;
}

}  // namespace

std::expected<ListOptions, Reply> parse_list_options(const Call& call) {
  ListOptions options;
  const auto match = call.option("resourceVersionMatch");
  if (!match.empty() && match != "Exact" && match != "NotOlderThan") {
    return std::unexpected(invalid("ListOptions.meta.k8s.io \"\"", "resourceVersionMatch", "FieldValueNotSupported",
                                   fmt::format("Unsupported value: \"{}\"", match), {.kind = "ListOptions"}));
  }
  const bool watch = call.verb == "watch";
  if (auto refusal = watch ? check_watch(call, match) : check_list(call, match)) return std::unexpected(*refusal);
  if (auto refusal = read_selectors(call, options)) return std::unexpected(*refusal);
  if (const auto text = call.option("resourceVersion"); !text.empty()) {
    options.revision = parse_number<Revision>(text);
    if (!options.revision) return std::unexpected(bad_number(call, text));
  }
  if (const auto text = call.option("timeoutSeconds"); !text.empty()) {
    options.timeout_seconds = parse_number<unsigned>(text);
    if (!options.timeout_seconds) return std::unexpected(bad_request("strconv.ParseInt: parsing \"" + text + "\""));
  }
  options.limit = parse_number<std::size_t>(call.option("limit")).value_or(0);
  options.continuation = call.option("continue");
  // Legacy: a limit makes a given version an exact one.
  const bool legacy = match.empty() && options.limit > 0 && options.revision.value_or(0) > 0;
  options.exact = match == "Exact" || legacy;
  options.not_older_than = match == "NotOlderThan";
  options.bookmarks = call.flag("allowWatchBookmarks");
  options.initial_events = watch && call.flag("sendInitialEvents");
  return options;
}

std::string encode(const Continuation& continuation) {
  nlohmann::json json{{"v", "meta.k8s.io/v1"}, {"start", continuation.start}};
  json["rv"] = continuation.revision ? nlohmann::json(*continuation.revision) : nlohmann::json(-1);
  const auto text = json.dump();
  std::string token(boost::beast::detail::base64::encoded_size(text.size()), '\0');
  token.resize(boost::beast::detail::base64::encode(token.data(), text.data(), text.size()));
  for (auto& c : token) c = c == '+' ? '-' : c == '/' ? '_' : c;
  while (token.ends_with('=')) token.pop_back();
  return token;
}

std::optional<Continuation> decode_continuation(const std::string& token) {
  auto standard = token;
  for (auto& c : standard) c = c == '-' ? '+' : c == '_' ? '/' : c;
  std::string text(boost::beast::detail::base64::decoded_size(standard.size()) + 3, '\0');
  text.resize(boost::beast::detail::base64::decode(text.data(), standard.data(), standard.size()).first);
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("rv") || !json["rv"].is_number_integer()) return std::nullopt;
  Continuation continuation;
  if (const auto revision = json["rv"].get<std::int64_t>(); revision >= 0) {
    continuation.revision = static_cast<Revision>(revision);
  }
  continuation.start = json.value("start", "");
  return continuation;
}

}  // namespace weft::test
