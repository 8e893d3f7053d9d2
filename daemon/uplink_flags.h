// The flags that choose the uplink, as given.
#pragma once

#include "subnet/ip_address.h"

#include <optional>
#include <string>
#include <vector>

namespace weft {

struct UplinkFlags {
  std::vector<std::string> iface;  // names or addresses, the first that exists
  std::vector<std::string> iface_regex;
  std::optional<IpAddress> can_reach;
  std::optional<IpAddress> public_ip;
  std::optional<IpAddress> public_ipv6;
};

}  // namespace weft
