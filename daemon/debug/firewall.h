// Dataset "firewall": the rules as rendered, and whether the kernel still holds them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace weft {

struct FirewallView {
  std::string script;   // what was last asked for; empty before the lease
  std::string listing;  // the table as the kernel lists it
  bool intact = false;
  std::string error;  // of the last attempt
};

[[nodiscard]] nlohmann::json firewall_json(const FirewallView& view);

}  // namespace weft
