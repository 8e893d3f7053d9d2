#include "test/support/api_server/object_checks.h"

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <regex>

namespace weft::test {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kAnnotationsLimit = 256 * 1024;

bool is_string_map(const Json& value) {
  return value.is_object() &&
         std::all_of(value.begin(), value.end(), [](const Json& entry) { return entry.is_string(); });
}

bool has_bad_type(const Json& metadata) {
  for (const char* field : {"name", "namespace", "uid", "resourceVersion", "generateName"}) {
    if (const auto at = metadata.find(field); at != metadata.end() && !at->is_string()) return true;
  }
  for (const char* field : {"annotations", "labels"}) {
    if (const auto at = metadata.find(field); at != metadata.end() && !is_string_map(*at)) return true;
  }
  const auto finalizers = metadata.find("finalizers");
  return finalizers != metadata.end() && !finalizers->is_array();
}

bool is_cidr(const std::string& text) {
  boost::system::error_code v4_error;
  boost::system::error_code v6_error;
  boost::asio::ip::make_network_v4(text, v4_error);
  boost::asio::ip::make_network_v6(text, v6_error);
  return !v4_error || !v6_error;
}

}  // namespace

std::optional<Reply> check_metadata_types(const Json& object) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) {
    return bad_request("the name of the object was undeterminable: name must be provided");
  }
  for (const char* field : {"spec", "status"}) {
    if (const auto at = object.find(field); at != object.end() && !at->is_object()) {
      return invalid(" \"\"", "patch", "FieldValueInvalid", fmt::format("Invalid value: {} is no object", field));
    }
  }
  if (has_bad_type(*metadata)) {
    return invalid(" \"\"", "patch", "FieldValueInvalid",
                   fmt::format("Invalid value: {}: json: cannot unmarshal into Go struct field", metadata->dump()));
  }
  return std::nullopt;
}

std::optional<Reply> check_name(const Json& metadata, const std::string& object, const StatusDetails& details) {
  static const std::regex subdomain("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  const auto name = metadata.value("name", "");
  if (name.empty()) {
    return invalid(object, "metadata.name", "FieldValueRequired", "Required value: name or generateName is required",
                   details);
  }
  if (name.size() > 253 || !std::regex_match(name, subdomain)) {
    return invalid(object, "metadata.name", "FieldValueInvalid",
                   fmt::format("Invalid value: \"{}\": a lowercase RFC 1123 subdomain must consist of lower case "
                               "alphanumeric characters, '-' or '.'",
                               name),
                   details);
  }
  return std::nullopt;
}

std::optional<Reply> check_annotations(const Json& metadata, const std::string& object, const StatusDetails& details) {
  static const std::regex qualified("([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
  std::size_t size = 0;
  const auto annotations = metadata.value("annotations", Json::object());
  for (const auto& [key, value] : annotations.items()) {
    if (!std::regex_match(key, qualified)) {
      return invalid(object, "metadata.annotations", "FieldValueInvalid",
                     fmt::format("Invalid value: \"{}\": name part must consist of alphanumeric characters, '-', '_' "
                                 "or '.', and must start and end with an alphanumeric character",
                                 key),
                     details);
    }
    size += key.size() + value.get_ref<const std::string&>().size();
  }
  if (size <= kAnnotationsLimit) return std::nullopt;
  return invalid(object, "metadata.annotations", "FieldValueTooLong",
                 fmt::format("Too long: may not be more than {} bytes", kAnnotationsLimit), details);
}

std::optional<Reply> check_pod_cidrs(const Json& object, const std::string& name, const StatusDetails& details) {
  const auto spec = object.value("spec", Json::object());
  const auto cidrs = spec.value("podCIDRs", Json::array());
  for (std::size_t i = 0; i < cidrs.size(); ++i) {
    const auto text = cidrs[i].is_string() ? cidrs[i].get<std::string>() : cidrs[i].dump();
    if (!is_cidr(text)) {
      return invalid(name, fmt::format("spec.podCIDRs[{}]", i), "FieldValueInvalid",
                     fmt::format("Invalid value: \"{}\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or "
                                 "2001:db8::/64)",
                                 text),
                     details);
    }
  }
  return std::nullopt;
}

}  // namespace weft::test
