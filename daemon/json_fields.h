// Reading JSON that may lack anything: for the tables of `weftd debug`.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

// The member as text ("true", "12", the string itself); "-" where it is absent, null or empty.
[[nodiscard]] std::string text_field(const nlohmann::json& object, std::string_view key);
[[nodiscard]] bool bool_field(const nlohmann::json& object, std::string_view key);
// The elements of an array member; empty where it is absent or no array.
[[nodiscard]] std::vector<nlohmann::json> list_field(const nlohmann::json& object, std::string_view key);

// Sets the member unless the text is empty, or there is no value.
void set_text(nlohmann::json& object, std::string_view key, const std::string& text);
template <class T>
void set_text(nlohmann::json& object, std::string_view key, const std::optional<T>& value) {
  if (value) set_text(object, key, value->to_string());
}

}  // namespace weft
