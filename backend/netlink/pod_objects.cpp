#include "backend/netlink/pod_objects.h"

#include <algorithm>
#include <string_view>

namespace weft::netlink {

bool is_pod_link(const LinkRecord& link) {
  constexpr std::string_view kPrefix = "wp";
  constexpr std::size_t kDigits = 12;
  const std::string_view name = link.name;
  if (link.kind != "veth" || name.size() != kPrefix.size() + kDigits || !name.starts_with(kPrefix)) return false;
  return name.find_first_not_of("0123456789abcdef", kPrefix.size()) == std::string_view::npos;
}

}  // namespace weft::netlink
