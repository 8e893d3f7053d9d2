// CREATE, PATCH and DELETE.
#include "test/support/api_server/api.h"
#include "test/support/api_server/object_rules.h"
#include "test/support/api_server/patch.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace weft::test {
namespace {

using Json = nlohmann::json;

std::string body_of(const StoredObject& object, bool metadata_only) {
  return (metadata_only ? object.metadata_text : object.text) + "\n";
}

bool is_deleting(const Json& object) { return object["metadata"].contains("deletionTimestamp"); }

std::expected<Json, Reply> apply_patch(const Json& existing, const std::string& content_type, const std::string& body) {
  const auto type = content_type.substr(0, content_type.find(';'));
  const bool strategic = type == "application/strategic-merge-patch+json";
  if (!strategic && type != "application/merge-patch+json") {
    return std::unexpected(status_reply(415, "UnsupportedMediaType", "415: Unsupported Media Type"));
  }
  const auto patch = Json::parse(body, nullptr, false);
  if (patch.is_discarded()) return std::unexpected(bad_request("invalid JSON patch"));
  if (!patch.is_object()) return std::unexpected(bad_request("error decoding patch: json: cannot unmarshal"));
  return strategic ? strategic_merge_patch(existing, patch) : merge_patch(existing, patch);
}

// DeleteOptions.preconditions, as far as a test uses them.
std::optional<Reply> check_preconditions(const Call& call, const StoredObject& object, const std::string& body) {
  const auto options = Json::parse(body.empty() ? "{}" : body, nullptr, false);
  if (!options.is_object()) return bad_request("invalid DeleteOptions");
  const auto wanted = options.value("preconditions", Json::object());
  const auto uid = wanted.is_object() ? wanted.value("uid", object.uid) : object.uid;
  if (uid == object.uid) return std::nullopt;
  return status_reply(409, "Conflict",
                      fmt::format("Operation cannot be fulfilled on {} \"{}\": the UID in the precondition ({}) does "
                                  "not match the UID in record ({}). The object might have been deleted and then "
                                  "recreated",
                                  call.resource, call.name, uid, object.uid),
                      {.name = call.name, .kind = call.resource});
}

}  // namespace

Reply Api::create(const Call& call, const std::string& body) {
  const auto& kind = *find_resource(call.resource);
  auto json = Json::parse(body, nullptr, false);
  if (json.is_discarded()) {
    return bad_request(
        fmt::format("the object provided is unrecognized (must be of type {}): couldn't get "
                    "version/kind; json parse error",
                    kind.kind));
  }
  auto object = prepare_create(kind, std::move(json), call.name_space, random_uid(), timestamp());
  if (!object) return object.error();
  const auto name = object->at("metadata").value("name", "");
  const auto key = call.key() + name;
  if (const auto existing = store.find(key)) {
    return already_exists(call.resource, name, is_deleting(Json::parse(existing->text)));
  }
  return {.status = 201, .body = body_of(*store.put(key, std::move(*object)), call.metadata_only)};
}

Reply Api::patch(const Call& call, const std::string& content_type, const std::string& body) {
  const auto& kind = *find_resource(call.resource);
  if (!call.subresource.empty() && (call.subresource != "status" || kind.resource != "nodes")) {
    return Reply{404, "404 page not found\n", "text/plain; charset=utf-8", {}};
  }
  const auto stored = store.find(call.key());
  if (!stored) return not_found(call.resource, call.name);
  const auto existing = Json::parse(stored->text);
  const auto patched = apply_patch(existing, content_type, body);
  if (!patched) return patched.error();
  auto updated = prepare_update(kind, existing, *patched, call.subresource == "status");
  if (!updated) return updated.error();
  if (*updated == existing) return {.status = 200, .body = body_of(*stored, call.metadata_only)};
  if (is_deleting(*updated) && !(*updated)["metadata"].contains("finalizers")) {
    // The last finalizer went: one revision, one DELETED event; the answer still has the old version.
    store.remove(call.key());
    return {.status = 200, .body = updated->dump() + "\n"};
  }
  return {.status = 200, .body = body_of(*store.put(call.key(), std::move(*updated)), call.metadata_only)};
}

Reply Api::remove(const Call& call, const std::string& body) {
  const auto& kind = *find_resource(call.resource);
  const auto stored = store.find(call.key());
  if (!stored) return not_found(call.resource, call.name);
  if (auto refusal = check_preconditions(call, *stored, body)) return *refusal;
  auto object = Json::parse(stored->text);
  if (object["metadata"].contains("finalizers")) {
    if (is_deleting(object)) return {.status = 200, .body = body_of(*stored, call.metadata_only)};
    object["metadata"]["deletionTimestamp"] = timestamp();
    object["metadata"]["deletionGracePeriodSeconds"] = 0;
    return {.status = 200, .body = body_of(*store.put(call.key(), std::move(object)), call.metadata_only)};
  }
  store.remove(call.key());
  const Json status{{"kind", "Status"},
                    {"apiVersion", "v1"},
                    {"metadata", Json::object()},
                    {"status", "Success"},
                    {"details", {{"name", call.name}, {"kind", kind.resource}, {"uid", stored->uid}}}};
  return {.status = 200, .body = status.dump() + "\n"};
}

}  // namespace weft::test
