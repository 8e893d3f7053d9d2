#include "test/support/api_server/reply.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace weft::test {
namespace {

nlohmann::json details_json(const StatusDetails& details) {
  nlohmann::json json = nlohmann::json::object();
  if (!details.name.empty()) json["name"] = details.name;
  if (!details.kind.empty()) json["kind"] = details.kind;
  if (details.retry_after > 0) json["retryAfterSeconds"] = details.retry_after;
  if (!details.cause.empty()) {
    nlohmann::json cause{{"reason", details.cause}, {"message", details.cause_text}};
    if (!details.field.empty()) cause["field"] = details.field;
    json["causes"] = nlohmann::json::array({cause});
  }
  return json;
}

}  // namespace

Reply status_reply(int code, std::string_view reason, std::string_view message, const StatusDetails& details) {
  nlohmann::json metadata = nlohmann::json::object();
  if (!details.continuation.empty()) metadata["continue"] = details.continuation;
  nlohmann::json json{{"kind", "Status"},    {"apiVersion", "v1"}, {"metadata", metadata},
                      {"status", "Failure"}, {"message", message}, {"code", code}};
  if (!reason.empty()) json["reason"] = reason;
  if (auto more = details_json(details); !more.empty()) json["details"] = std::move(more);
  Reply reply{.status = code, .body = json.dump() + "\n", .content_type = "application/json", .headers = {}};
  if (details.retry_after > 0) reply.headers.emplace_back("Retry-After", std::to_string(details.retry_after));
  return reply;
}

Reply bad_request(std::string_view message) { return status_reply(400, "BadRequest", message); }

Reply not_found(std::string_view resource, std::string_view name) {
  return status_reply(404, "NotFound", fmt::format("{} \"{}\" not found", resource, name),
                      {.name = std::string(name), .kind = std::string(resource)});
}

Reply conflict(std::string_view resource, std::string_view name) {
  return status_reply(409, "Conflict",
                      fmt::format("Operation cannot be fulfilled on {} \"{}\": the object has been modified; please "
                                  "apply your changes to the latest version and try again",
                                  resource, name),
                      {.name = std::string(name), .kind = std::string(resource)});
}

Reply already_exists(std::string_view resource, std::string_view name, bool deleting) {
  return status_reply(
      409, "AlreadyExists",
      fmt::format("{}{} \"{}\" already exists", deleting ? "object is being deleted: " : "", resource, name),
      {.name = std::string(name), .kind = std::string(resource)});
}

Reply expired(std::string_view message, std::string continuation) {
  return status_reply(410, "Expired", message, {.continuation = std::move(continuation)});
}

Reply too_large_revision(std::string_view asked, std::string_view current) {
  return status_reply(
      504, "Timeout", fmt::format("Timeout: Too large resource version: {}, current: {}", asked, current),
      {.cause = "ResourceVersionTooLarge", .cause_text = "Too large resource version", .retry_after = 1});
}

Reply invalid(std::string_view object, std::string_view field, std::string_view cause, std::string_view text,
              StatusDetails details) {
  details.field = field;
  details.cause = cause;
  details.cause_text = text;
  return status_reply(422, "Invalid", fmt::format("{} is invalid: {}: {}", object, field, text), details);
}

}  // namespace weft::test
