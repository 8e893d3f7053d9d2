// One HTTP answer of the test API server, and the Status bodies the real server would send.
//
// Texts and codes follow kube-apiserver v1.37; test/contract/api_* checks them against the real one.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::test {

struct Reply {
  int status = 200;
  std::string body = {};
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};  // besides Content-Type and Content-Length
};

// What a Status object says besides its message.
struct StatusDetails {
  std::string name = {};
  std::string kind = {};
  std::string field = {};         // the cause's field, for Invalid
  std::string cause = {};         // the cause's reason, e.g. FieldValueInvalid
  std::string cause_text = {};    // the cause's message
  std::string continuation = {};  // metadata.continue of an expired list
  int retry_after = 0;            // seconds; also sent as a header
};

// A Status failure. `reason` may be empty, as the real server's 500 is.
[[nodiscard]] Reply status_reply(int code, std::string_view reason, std::string_view message,
                                 const StatusDetails& details = {});

[[nodiscard]] Reply bad_request(std::string_view message);
[[nodiscard]] Reply not_found(std::string_view resource, std::string_view name);
[[nodiscard]] Reply conflict(std::string_view resource, std::string_view name);
[[nodiscard]] Reply already_exists(std::string_view resource, std::string_view name, bool deleting);
[[nodiscard]] Reply expired(std::string_view message, std::string continuation = {});
[[nodiscard]] Reply too_large_revision(std::string_view asked, std::string_view current);
// 422: `object` is what the message names, e.g. `Node "a"`; `text` is "Invalid value: …", "Forbidden: …".
[[nodiscard]] Reply invalid(std::string_view object, std::string_view field, std::string_view cause,
                            std::string_view text, StatusDetails details = {});

}  // namespace weft::test
