#include "test/support/api_server/patch.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace weft::test {
namespace {

using Json = nlohmann::json;

// The lists of a Node that merge by a key; all others are replaced.
std::string merge_key(const std::string& field) {
  if (field == "conditions" || field == "addresses") return "type";
  if (field == "ownerReferences") return "uid";
  return {};
}

bool has_directive(const Json& patch, std::string_view directive) {
  const auto at = patch.find("$patch");
  return at != patch.end() && *at == directive;
}

std::string key_of(const Json& entry, const std::string& key) {
  const auto at = entry.find(key);
  return at != entry.end() && at->is_string() ? at->get<std::string>() : std::string();
}

Json merge_list(Json target, const Json& patch, const std::string& key) {
  if (!target.is_array()) target = Json::array();
  Json added = Json::array();
  for (const auto& entry : patch) {
    const auto same = std::find_if(target.begin(), target.end(),
                                   [&](const Json& existing) { return key_of(existing, key) == key_of(entry, key); });
    if (has_directive(entry, "delete")) {
      if (same != target.end()) target.erase(same);
    } else if (same != target.end()) {
      *same = strategic_merge_patch(std::move(*same), entry);
    } else {
      added.push_back(strategic_merge_patch(Json::object(), entry));
    }
  }
  for (auto& entry : target) added.push_back(std::move(entry));
  return added;
}

}  // namespace

Json merge_patch(Json target, const Json& patch) {
  target.merge_patch(patch);
  return target;
}

Json strategic_merge_patch(Json target, const Json& patch) {
  if (!patch.is_object()) return patch;
  if (!target.is_object() || has_directive(patch, "replace")) target = Json::object();
  for (const auto& [field, value] : patch.items()) {
    if (field == "$patch") continue;
    const auto key = merge_key(field);
    if (value.is_null()) {
      target.erase(field);
    } else if (value.is_array() && !key.empty()) {
      target[field] = merge_list(target.value(field, Json::array()), value, key);
    } else if (value.is_object()) {
      target[field] = strategic_merge_patch(target.value(field, Json::object()), value);
    } else {
      target[field] = value;
    }
  }
  return target;
}

}  // namespace weft::test
