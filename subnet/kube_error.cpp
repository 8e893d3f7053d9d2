#include "subnet/kube_error.h"

#include "subnet/kube_request.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace weft {
namespace {

constexpr std::size_t kMaxMessage = 512;
constexpr int kMaxRetryAfter = 3600;  // seconds; more would be a mistake or an attack

std::optional<std::chrono::seconds> parse_retry_after(std::string_view text) {
  int seconds = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || seconds <= 0) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, kMaxRetryAfter));
}

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// A Status object (apimachinery meta/v1 Status); anything else leaves `error` as it is.
bool read_status(std::string_view body, ApiError& error) {
  const auto status = nlohmann::json::parse(body, nullptr, false);
  if (!status.is_object() || text_of(status, "kind") != "Status") return false;
  error.reason = text_of(status, "reason");
  error.message = text_of(status, "message");
  const auto details = status.find("details");
  if (!error.retry_after && details != status.end() && details->is_object()) {
    const auto seconds = details->find("retryAfterSeconds");
    if (seconds != details->end() && seconds->is_number_integer()) {
      error.retry_after = parse_retry_after(seconds->dump());
    }
  }
  return true;
}

// The title of an HTML page, else its text without the tags.
std::string text_of_html(std::string_view html) {
  const auto title = html.find("<title>");
  if (title != std::string_view::npos) {
    const auto rest = html.substr(title + 7);
    return std::string(rest.substr(0, rest.find('<')));
  }
  std::string text;
  bool inside = false;
  for (const char c : html) {
    if (c == '<') inside = true;
    if (!inside) text += c;
    if (c == '>') inside = false, text += ' ';
  }
  return text;
}

bool looks_like_html(const ErrorAnswer& answer) {
  const auto start = answer.body.find_first_not_of(" \t\r\n");
  return answer.content_type.find("html") != std::string_view::npos ||
         (start != std::string_view::npos && answer.body[start] == '<');
}

// Control characters and runs of blanks become one blank; cut at kMaxMessage, never inside a UTF-8 character.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (line.size() >= kMaxMessage) break;
    const bool blank = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  if (line.size() >= kMaxMessage) {
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xC0U) == 0x80U) line.pop_back();
    if (!line.empty() && (static_cast<unsigned char>(line.back()) & 0x80U) != 0) line.pop_back();
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string with_remedy(const KubeRequest& request, const ErrorAnswer& answer, const std::string& said) {
  const std::string tail = said.empty() ? "" : ": " + said;
  if (answer.status == 401) {
    return fmt::format("{}: unauthorized: the API server does not accept the token or client certificate{}",
                       request.what(), tail);
  }
  if (answer.status == 403) {
    return fmt::format("{}: forbidden: grant the verb \"{}\" on \"{}\" in the ClusterRole weft{}", request.what(),
                       request.verb, request.resource, tail);
  }
  return fmt::format("{}: HTTP {}{}", request.what(), answer.status, tail);
}

}  // namespace

std::string_view to_string(ApiErrorKind kind) {
  switch (kind) {
    case ApiErrorKind::not_connected:
      return "not connected";
    case ApiErrorKind::timeout:
      return "timeout";
    case ApiErrorKind::broken:
      return "broken";
    case ApiErrorKind::unknown_outcome:
      return "unknown outcome";
    case ApiErrorKind::http:
      return "http";
    case ApiErrorKind::bad_response:
      return "bad response";
    case ApiErrorKind::cancelled:
      return "cancelled";
  }
  return "?";
}

bool ApiError::is_unanswered() const {
  if (kind == ApiErrorKind::http) return (status == 502 || status == 504) && reason.empty();
  return kind != ApiErrorKind::bad_response;
}

ApiError classify_answer(const KubeRequest& request, const ErrorAnswer& answer) {
  ApiError error;
  error.kind = ApiErrorKind::http;
  error.status = answer.status;
  error.retry_after = parse_retry_after(answer.retry_after);
  if (answer.status >= 300 && answer.status < 400) {
    error.kind = ApiErrorKind::bad_response;
    error.message = one_line(
        fmt::format("{}: HTTP {}: redirects are not followed: point the server URL at the API server itself, not at {}",
                    request.what(), answer.status, answer.location.empty() ? "what redirects" : answer.location));
    return error;
  }
  std::string said;
  if (read_status(answer.body, error)) {
    said = one_line(error.message);
  } else {
    said = one_line(looks_like_html(answer) ? text_of_html(answer.body) : std::string(answer.body));
  }
  error.message = one_line(with_remedy(request, answer, said));
  return error;
}

}  // namespace weft
