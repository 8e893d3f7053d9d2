// Which notifications concern Weft: a pure judgement over what got through the kernel's filter.
//
// A plain value; any thread.
#pragma once

#include "backend/netlink/message_view.h"

#include <string>
#include <vector>

namespace weft {

// What to listen for. Devices need not exist yet.
struct MonitorScope {
  std::vector<std::string> devices;  // Weft's own
  std::string uplink;                // empty: not chosen yet, so that every link and address matters

  friend bool operator==(const MonitorScope&, const MonitorScope&) = default;
};

// The indexes behind a scope's names at one moment; 0: no such device.
struct ScopeIndexes {
  std::vector<int> devices;  // those that exist
  int uplink = 0;

  friend bool operator==(const ScopeIndexes&, const ScopeIndexes&) = default;
};

// Links by name or by a known index (a renamed device still has it), addresses of these links, and every route,
// neighbour and FDB entry, which the filter has chosen already. Other messages concern nobody.
[[nodiscard]] bool concerns(const MonitorScope& scope, const ScopeIndexes& indexes, netlink::MessageView view);

}  // namespace weft
