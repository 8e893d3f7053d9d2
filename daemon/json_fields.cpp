#include "daemon/json_fields.h"

#include <nlohmann/json.hpp>

namespace weft {
namespace {

const nlohmann::json* member(const nlohmann::json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(std::string(key));
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

std::string text_field(const nlohmann::json& object, std::string_view key) {
  const nlohmann::json* value = member(object, key);
  if (value == nullptr || value->is_null()) return "-";
  std::string text = value->is_string() ? value->get<std::string>() : value->dump();
  return text.empty() ? "-" : text;
}

bool bool_field(const nlohmann::json& object, std::string_view key) {
  const nlohmann::json* value = member(object, key);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

std::vector<nlohmann::json> list_field(const nlohmann::json& object, std::string_view key) {
  const nlohmann::json* value = member(object, key);
  if (value == nullptr || !value->is_array()) return {};
  return value->get<std::vector<nlohmann::json>>();
}

void set_text(nlohmann::json& object, std::string_view key, const std::string& text) {
  if (!text.empty()) object[std::string(key)] = text;
}

}  // namespace weft
