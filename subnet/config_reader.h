// Reads a JSON configuration object key by key, and keeps account of which keys were asked for.
//
// Keys compare without case. The first error sticks; the keys nobody asked for become warnings. `where` is put in
// front of key names: "Backend." for the nested object. The object must outlive the reader.
#pragma once

#include "subnet/ip_prefix.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

class ConfigReader {
 public:
  ConfigReader(const nlohmann::json& object, std::string where);

  [[nodiscard]] std::optional<std::string> text(std::string_view key);
  [[nodiscard]] std::optional<bool> flag(std::string_view key);
  [[nodiscard]] std::optional<std::uint32_t> number(std::string_view key, std::uint32_t min, std::uint32_t max);
  [[nodiscard]] std::optional<IpPrefix> prefix(std::string_view key, Family family);
  [[nodiscard]] std::optional<IpAddress> address(std::string_view key, Family family);
  [[nodiscard]] const nlohmann::json* object(std::string_view key);
  // True if the key is there and not null.
  [[nodiscard]] bool has(std::string_view key);

  void refuse(std::string_view key, std::string_view value, std::string_view why);
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  // A warning about a known key: "<where><key> <what>".
  void warn(std::string_view key, std::string_view what);
  // Those, and one for each key that is none of those asked for so far; of very many only the first few.
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  [[nodiscard]] const nlohmann::json* find(std::string_view key);
  void refuse_type(std::string_view key, const nlohmann::json& value, std::string_view wanted);

  const nlohmann::json& object_;
  std::string where_;
  std::vector<std::string> known_;
  std::vector<std::string> warnings_;
  std::optional<Error> error_;
};

}  // namespace weft
