// Notices that the node's own addresses have become others. Pure.
#pragma once

#include "daemon/data_plane.h"

#include <optional>
#include <utility>

namespace weft {

class LocalAddresses {
 public:
  // Not the first time. While there is no uplink nothing is known, and nothing changes.
  [[nodiscard]] bool changed(const UplinkReport& report) {
    const auto& now = report.uplink;
    if (!now) return false;
    const auto before = std::exchange(uplink_, now);
    return before && (before->local4 != now->local4 || before->local6 != now->local6);
  }

 private:
  std::optional<Uplink> uplink_;
};

}  // namespace weft
