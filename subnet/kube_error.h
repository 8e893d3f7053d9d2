// How a request to the Kubernetes API can fail, and one line of text for each way.
//
// Plain values; any thread. The kind tells what the caller may conclude about the server's state: only
// not_connected and http say anything certain. Messages never hold a token, a key or a password.
#pragma once

#include "subnet/result.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

enum class ApiErrorKind : std::uint8_t {
  not_connected,    // no connection, no TLS session or no credentials: the request was certainly not sent
  timeout,          // a read (GET, LIST, WATCH) was not answered in time, or its body stood still
  broken,           // a read's connection ended early
  unknown_outcome,  // a write (PATCH, POST) may or may not have been applied; only the watch can tell
  http,             // the server answered with a status that is not 2xx: `status` and `reason` are set
  bad_response,     // the answer breaks HTTP, a limit or an expectation (Content-Encoding, redirect, JSON)
  cancelled,        // stop() or the end of the stream's owner
};
[[nodiscard]] std::string_view to_string(ApiErrorKind kind);  // "not connected", …; the metric label "reason"

struct ApiError {
  ApiErrorKind kind = ApiErrorKind::broken;
  int status = 0;       // HTTP status; for an ERROR event of a watch, its Status.code
  std::string reason;   // Status.reason: "Conflict", "Expired", "Gone", "Invalid"; empty where the body had none
  std::string message;  // one line, at most 512 characters
  std::optional<std::chrono::seconds> retry_after;  // from the header, or Status.details.retryAfterSeconds

  // 410 as a status or an event: the resourceVersion or continue token is too old.
  [[nodiscard]] bool is_expired() const { return status == 410 || reason == "Expired" || reason == "Gone"; }
  // The server asks for patience: 429, 503.
  [[nodiscard]] bool is_overload() const { return status == 429 || status == 503; }
  // Nobody behind the connection answered, or only a proxy did (502, 504 without a Status).
  [[nodiscard]] bool is_unanswered() const;

  friend bool operator==(const ApiError&, const ApiError&) = default;
};

template <class T = void>
using ApiResult = std::expected<T, ApiError>;

// What an error answer consists of, as received.
struct ErrorAnswer {
  int status = 0;
  std::string_view content_type;
  std::string_view body;         // perhaps cut; a Status object, plain text or HTML
  std::string_view retry_after;  // header value, "" when absent
  std::string_view location;     // header value, for a redirect
};

struct KubeRequest;

// Turns an error answer into one line that names the request, what the server said and, for 401 and 403, the
// verb and resource to grant.
[[nodiscard]] ApiError classify_answer(const KubeRequest& request, const ErrorAnswer& answer);

// For the few places that show an ApiError to a person as any other error.
[[nodiscard]] inline std::unexpected<Error> fail_api(const ApiError& error) {
  return std::unexpected(Error{error.message});
}

}  // namespace weft
