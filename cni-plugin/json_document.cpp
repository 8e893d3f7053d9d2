#include "cni-plugin/json_document.h"

#include "subnet/ascii.h"
#include "subnet/json_text.h"

#include <algorithm>

namespace weft::cni {

namespace {

// The deepest nesting, counted before parsing: printing a value recurses once for each level.
int depth_of(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

Result<Json> parse_object(std::string_view text) {
  if (text.size() > kMaxJsonBytes) return fail("more than {} bytes", kMaxJsonBytes);
  if (depth_of(text) > kMaxJsonDepth) return fail("nested deeper than {} levels", kMaxJsonDepth);
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return fail("not valid JSON");
  if (!value.is_object()) return fail("not a JSON object");
  return value;
}

std::string to_text(const Json& value) { return json_text(value); }

const Json* member(const Json& object, const char* name) {
  const auto exact = object.find(name);
  if (exact != object.end()) return &*exact;
  if (!object.is_object()) return nullptr;
  for (const auto& [key, value] : object.items()) {
    if (same_but_for_case(key, name)) return &value;
  }
  return nullptr;
}

const Json* member(const Json& object, const char* outer, const char* inner) {
  const Json* found = member(object, outer);
  return found == nullptr ? nullptr : member(*found, inner);
}

std::string text_member(const Json& object, const char* name) {
  const Json* value = member(object, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

}  // namespace weft::cni
