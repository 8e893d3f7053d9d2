// Reads fields out of one small JSON object, checking every type: nothing is trusted, nothing throws.
//
// The first error sticks: later reads return nullopt, and error() tells it. Unknown fields are ignored.
#pragma once

#include "subnet/ip_prefix.h"
#include "subnet/mac_address.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

class JsonObject {
 public:
  static constexpr std::size_t kMaxBytes = 4096;

  explicit JsonObject(std::string_view text);

  [[nodiscard]] std::optional<std::string> text(const char* key, std::size_t max_size);
  [[nodiscard]] std::optional<std::uint64_t> number(const char* key, std::uint64_t max);
  [[nodiscard]] std::optional<IpPrefix> prefix(const char* key, Family family);
  [[nodiscard]] std::optional<IpAddress> address(const char* key, Family family);
  [[nodiscard]] std::optional<MacAddress> mac(const char* key);

  // For a field that must be there: its absence becomes the error.
  template <class T>
  T required(const char* key, std::optional<T> value) {
    if (!value) refuse(key, "is missing");
    return value ? std::move(*value) : T{};
  }
  void refuse(const char* key, std::string_view why);

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  [[nodiscard]] const nlohmann::json* find(const char* key) const;
  template <class T>
  std::optional<T> parsed(const char* key, Family family);

  nlohmann::json object_;
  std::optional<Error> error_;
};

}  // namespace weft
