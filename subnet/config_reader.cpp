#include "subnet/config_reader.h"

#include "subnet/ascii.h"
#include "subnet/json_text.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace weft {
namespace {

constexpr std::size_t kLongestShown = 64;
constexpr std::size_t kMostUnknown = 16;

// Levenshtein's distance, without case.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (ascii_lower(a[i - 1]) == ascii_lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row[b.size()];
}

// The nearest key, if at most half of it would have to change; else all there are.
std::string advice(std::string_view key, const std::vector<std::string>& known) {
  const auto to_key = [key](const std::string& other) { return distance(other, key); };
  const auto nearest = std::ranges::min_element(known, {}, to_key);
  if (nearest != known.end() && 2 * to_key(*nearest) <= std::max(key.size(), nearest->size()))
    return fmt::format("did you mean {}?", *nearest);
  return fmt::format("known are {}", fmt::join(known, ", "));
}

}  // namespace

ConfigReader::ConfigReader(const nlohmann::json& object, std::string where)
    : object_(object), where_(std::move(where)) {}

const nlohmann::json* ConfigReader::find(std::string_view key) {
  if (std::ranges::find(known_, key) == known_.end()) known_.emplace_back(key);
  for (const auto& [name, value] : object_.items())
    if (same_but_for_case(name, key)) return value.is_null() ? nullptr : &value;
  return nullptr;
}

void ConfigReader::refuse(std::string_view key, std::string_view value, std::string_view why) {
  if (!error_) error_ = Error{fmt::format("{}{} = {}: {}", where_, key, value.substr(0, kLongestShown), why)};
}

void ConfigReader::refuse_type(std::string_view key, const nlohmann::json& value, std::string_view wanted) {
  refuse(key, json_text(value), fmt::format("must be {}", wanted));
}

std::optional<std::string> ConfigReader::text(std::string_view key) {
  const auto* value = find(key);
  if (!value) return std::nullopt;
  if (const auto* string = value->get_ptr<const std::string*>()) return *string;
  refuse_type(key, *value, "a string");
  return std::nullopt;
}

std::optional<bool> ConfigReader::flag(std::string_view key) {
  const auto* value = find(key);
  if (!value) return std::nullopt;
  if (const auto* boolean = value->get_ptr<const bool*>()) return *boolean;
  refuse_type(key, *value, "true or false");
  return std::nullopt;
}

std::optional<std::uint32_t> ConfigReader::number(std::string_view key, std::uint32_t min, std::uint32_t max) {
  const auto* value = find(key);
  if (!value) return std::nullopt;
  const auto* number = value->get_ptr<const std::uint64_t*>();
  if (number && *number >= min && *number <= max) return static_cast<std::uint32_t>(*number);
  refuse_type(key, *value, fmt::format("a whole number from {} to {}", min, max));
  return std::nullopt;
}

std::optional<IpPrefix> ConfigReader::prefix(std::string_view key, Family family) {
  const auto string = text(key);
  if (!string) return std::nullopt;
  const auto parsed = IpPrefix::parse(*string);
  if (parsed && parsed->family() == family) return *parsed;
  refuse(key, *string, parsed ? fmt::format("must be an {} network", to_string(family)) : parsed.error().message);
  return std::nullopt;
}

std::optional<IpAddress> ConfigReader::address(std::string_view key, Family family) {
  const auto string = text(key);
  if (!string) return std::nullopt;
  const auto parsed = IpAddress::parse(*string);
  if (parsed && parsed->family() == family) return *parsed;
  refuse(key, *string, fmt::format("must be an {} address", to_string(family)));
  return std::nullopt;
}

const nlohmann::json* ConfigReader::object(std::string_view key) {
  const auto* value = find(key);
  if (!value || value->is_object()) return value;
  refuse_type(key, *value, "an object");
  return nullptr;
}

bool ConfigReader::has(std::string_view key) { return find(key) != nullptr; }

void ConfigReader::warn(std::string_view key, std::string_view what) {
  warnings_.push_back(fmt::format("{}{} {}", where_, key, what));
}

std::vector<std::string> ConfigReader::warnings() const {
  auto warnings = warnings_;
  std::size_t unknown = 0;
  for (const auto& [name, value] : object_.items()) {
    if (std::ranges::any_of(known_, [&key = name](const auto& known) { return same_but_for_case(known, key); }))
      continue;
    if (++unknown > kMostUnknown) continue;
    const auto shown = name.substr(0, kLongestShown);
    warnings.push_back(
        fmt::format("{}{} is no key Weft knows and is ignored; {}", where_, shown, advice(shown, known_)));
  }
  if (unknown > kMostUnknown)
    warnings.push_back(fmt::format("{} more keys are unknown and ignored", unknown - kMostUnknown));
  return warnings;
}

}  // namespace weft
