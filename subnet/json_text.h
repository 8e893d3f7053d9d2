// JSON as compact text. Bytes that are no UTF-8 become U+FFFD instead of an exception.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace weft {

template <class Json>
[[nodiscard]] std::string json_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace weft
