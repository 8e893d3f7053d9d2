#include "subnet/annotation_keys.h"

#include <algorithm>
#include <cctype>

namespace weft {
namespace {

constexpr std::size_t kLongestSubdomain = 253;
constexpr std::size_t kLongestLabel = 63;

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kLongestLabel) return false;
  if (!is_lower_or_digit(label.front()) || !is_lower_or_digit(label.back())) return false;
  return std::ranges::all_of(label, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

}  // namespace

bool is_dns_subdomain(std::string_view text) {
  if (text.size() > kLongestSubdomain) return false;
  while (true) {
    const auto dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

Result<AnnotationKeys> AnnotationKeys::under(std::string_view prefix) {
  if (!is_dns_subdomain(prefix))
    return fail(
        "annotation prefix \"{}\": must be a DNS subdomain such as weft.network (lower case letters, digits, '-' and "
        "'.', no '/')",
        prefix.substr(0, 64));
  const auto key = [&](std::string_view name) { return fmt::format("{}/{}", prefix, name); };
  return AnnotationKeys{
      key("claim"),  key("lease"), key("vtep"), key("public-ip-overwrite"), key("public-ipv6-overwrite"),
      key("reserve")};
}

}  // namespace weft
