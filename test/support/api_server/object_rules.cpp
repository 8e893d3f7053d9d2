#include "test/support/api_server/object_rules.h"

#include "test/support/api_server/object_checks.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <charconv>

namespace weft::test {
namespace {

using Json = nlohmann::json;

constexpr std::array kResources{ResourceKind{"nodes", "Node", false}, ResourceKind{"events", "Event", true}};

// Fields a client cannot change; the real server fills them from the old object where they are left out.
constexpr std::array kKeptMetadata{
    "name", "namespace", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion"};

std::string title(const ResourceKind& kind, const std::string& name) {
  return fmt::format("{} \"{}\"", kind.kind, name);
}

StatusDetails details_of(const ResourceKind& kind, const std::string& name) {
  return {.name = name, .kind = std::string(kind.kind)};
}

// podCIDR and podCIDRs[0] are one value.
void couple_pod_cidrs(Json& spec) {
  const bool has_list = spec.contains("podCIDRs") && !spec["podCIDRs"].empty();
  if (has_list && !spec.contains("podCIDR")) spec["podCIDR"] = spec["podCIDRs"].front();
  if (!has_list && spec.contains("podCIDR")) spec["podCIDRs"] = Json::array({spec["podCIDR"]});
}

// The form the real server stores: no unknown top-level fields, no empty maps, conditions with their times.
Json normalise_node(Json object) {
  Json node{{"apiVersion", "v1"}, {"kind", "Node"}, {"metadata", object["metadata"]}};
  for (const char* field : {"annotations", "labels", "finalizers"}) {
    auto& metadata = node["metadata"];
    if (metadata.contains(field) && metadata[field].empty()) metadata.erase(field);
  }
  node["spec"] = object.value("spec", Json::object());
  node["status"] = object.value("status", Json::object());
  couple_pod_cidrs(node["spec"]);
  if (auto at = node["status"].find("conditions"); at != node["status"].end() && at->is_array()) {
    for (auto& condition : *at) {
      if (!condition.is_object()) continue;
      condition.emplace("lastHeartbeatTime", nullptr);
      condition.emplace("lastTransitionTime", nullptr);
    }
  }
  return node;
}

Json normalise(const ResourceKind& kind, Json object) {
  return kind.resource == "nodes" ? normalise_node(std::move(object)) : object;
}

std::optional<Reply> check_all(const ResourceKind& kind, const Json& object) {
  const auto& metadata = object.at("metadata");
  const auto name = metadata.value("name", "");
  const auto details = details_of(kind, name);
  if (auto refusal = check_name(metadata, title(kind, name), details)) return refusal;
  if (auto refusal = check_annotations(metadata, title(kind, name), details)) return refusal;
  return kind.resource == "nodes" ? check_pod_cidrs(object, title(kind, name), details) : std::nullopt;
}

// The precondition in the body: none when the version is absent, empty or 0.
std::optional<Reply> check_version(const ResourceKind& kind, const Json& existing, const Json& patched) {
  const auto text = patched["metadata"].value("resourceVersion", "");
  std::uint64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (!text.empty() && (error != std::errc() || end != text.data() + text.size())) {
    return status_reply(500, "", fmt::format("strconv.ParseUint: parsing \"{}\": invalid syntax", text));
  }
  const auto& present = existing["metadata"];
  if (version == 0 || text == present.value("resourceVersion", "")) return std::nullopt;
  return conflict(kind.resource, present.value("name", ""));
}

std::optional<Reply> check_kept(const ResourceKind& kind, const Json& existing, const Json& updated) {
  const auto name = existing["metadata"].value("name", "");
  const auto uid = updated["metadata"].value("uid", "");
  if (uid != existing["metadata"].value("uid", "")) {
    return invalid(title(kind, name), "metadata.uid", "FieldValueInvalid",
                   fmt::format("Invalid value: \"{}\": field is immutable", uid), details_of(kind, name));
  }
  if (kind.resource != "nodes") return std::nullopt;
  const auto before = existing["spec"].value("podCIDRs", Json::array());
  if (!before.empty() && before != updated["spec"].value("podCIDRs", Json::array())) {
    return invalid(title(kind, name), "spec.podCIDRs", "FieldValueForbidden",
                   "Forbidden: node updates may not change podCIDR except from \"\" to valid", details_of(kind, name));
  }
  return std::nullopt;
}

}  // namespace

const ResourceKind* find_resource(std::string_view resource) {
  for (const auto& kind : kResources) {
    if (kind.resource == resource) return &kind;
  }
  return nullptr;
}

std::expected<Json, Reply> prepare_create(const ResourceKind& kind, Json object, std::string_view name_space,
                                          std::string uid, std::string now) {
  if (!object.is_object() || object.value("kind", Json()) != kind.kind || object.value("apiVersion", Json()) != "v1") {
    return std::unexpected(
        bad_request(fmt::format("the object provided is unrecognized (must be of type {})", kind.kind)));
  }
  if (auto refusal = check_metadata_types(object)) return std::unexpected(*refusal);
  auto& metadata = object["metadata"];
  if (!metadata.value("resourceVersion", "").empty()) {
    return std::unexpected(status_reply(500, "", "resourceVersion should not be set on objects to be created"));
  }
  if (kind.namespaced) {
    if (metadata.value("namespace", std::string(name_space)) != name_space) {
      return std::unexpected(
          bad_request("the namespace of the provided object does not match the namespace sent on the request"));
    }
    metadata["namespace"] = name_space;
  }
  if (metadata.value("name", "").empty() && metadata.contains("generateName")) {
    metadata["name"] = metadata.value("generateName", "") + uid.substr(0, 5);
  }
  metadata.erase("deletionTimestamp");
  metadata["uid"] = std::move(uid);
  metadata["creationTimestamp"] = std::move(now);
  object = normalise(kind, std::move(object));
  if (auto refusal = check_all(kind, object)) return std::unexpected(*refusal);
  return object;
}

std::expected<Json, Reply> prepare_update(const ResourceKind& kind, const Json& existing, Json patched, bool status) {
  if (!patched.is_object()) return std::unexpected(bad_request("error decoding patch: no object"));
  if (auto refusal = check_metadata_types(patched)) return std::unexpected(*refusal);
  auto& metadata = patched["metadata"];
  const auto name = existing["metadata"].value("name", "");
  if (metadata.value("name", "") != name) {
    return std::unexpected(bad_request(fmt::format(
        "the name of the object ({}) does not match the name on the URL ({})", metadata.value("name", ""), name)));
  }
  // Before all validation: a stale patch is 409 whatever else it says.
  if (auto refusal = check_version(kind, existing, patched)) return std::unexpected(*refusal);
  if (metadata.value("uid", "").empty()) metadata["uid"] = existing["metadata"].value("uid", "");
  for (const char* field : kKeptMetadata) {
    metadata.erase(field);
    if (const auto at = existing["metadata"].find(field); at != existing["metadata"].end()) metadata[field] = *at;
  }
  if (kind.resource == "nodes") {
    const char* kept = status ? "spec" : "status";
    patched[kept] = existing.value(kept, Json::object());
  }
  patched = normalise(kind, std::move(patched));
  if (auto refusal = check_kept(kind, existing, patched)) return std::unexpected(*refusal);
  if (auto refusal = check_all(kind, patched)) return std::unexpected(*refusal);
  return patched;
}

}  // namespace weft::test
