#include "subnet/json_object.h"

namespace weft {

JsonObject::JsonObject(std::string_view text) {
  if (text.size() > kMaxBytes) {
    error_ = Error{fmt::format("is {} bytes long, at most {} are read", text.size(), kMaxBytes)};
    return;
  }
  // A value of 4 KiB can nest 4,096 deep at most, which the parser handles without recursion.
  object_ = nlohmann::json::parse(text, nullptr, false);
  if (!object_.is_object()) error_ = Error{"is no JSON object"};
}

void JsonObject::refuse(const char* key, std::string_view why) {
  if (!error_) error_ = Error{fmt::format("\"{}\" {}", key, why)};
}

const nlohmann::json* JsonObject::find(const char* key) const {
  if (error_) return nullptr;
  const auto found = object_.find(key);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> JsonObject::text(const char* key, std::size_t max_size) {
  const auto* value = find(key);
  if (!value) return std::nullopt;
  const auto* string = value->get_ptr<const std::string*>();
  if (string && string->size() <= max_size) return *string;
  refuse(key, string ? fmt::format("is longer than {} bytes", max_size) : "is no string");
  return std::nullopt;
}

std::optional<std::uint64_t> JsonObject::number(const char* key, std::uint64_t max) {
  const auto* value = find(key);
  if (!value) return std::nullopt;
  const auto* number = value->get_ptr<const std::uint64_t*>();
  if (number && *number <= max) return *number;
  refuse(key, fmt::format("is no whole number from 0 to {}", max));
  return std::nullopt;
}

template <class T>
std::optional<T> JsonObject::parsed(const char* key, Family family) {
  const auto string = text(key, 64);
  if (!string) return std::nullopt;
  auto value = T::parse(*string);
  if (value && value->family() == family) return *value;
  refuse(key, value ? fmt::format("is {}, not {}", *string, to_string(family)) : value.error().message);
  return std::nullopt;
}

std::optional<IpPrefix> JsonObject::prefix(const char* key, Family family) { return parsed<IpPrefix>(key, family); }
std::optional<IpAddress> JsonObject::address(const char* key, Family family) { return parsed<IpAddress>(key, family); }

std::optional<MacAddress> JsonObject::mac(const char* key) {
  const auto string = text(key, 64);
  if (!string) return std::nullopt;
  auto value = MacAddress::parse(*string);
  if (value) return *value;
  refuse(key, value.error().message);
  return std::nullopt;
}

}  // namespace weft
