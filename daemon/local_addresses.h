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
    if (!report.uplink) return false;
    const std::optional<Uplink> before = std::exchange(uplink_, report.uplink);
    return before && (before->local4 != uplink_->local4 || before->local6 != uplink_->local6);
  }

 private:
  std::optional<Uplink> uplink_;
};

}  // namespace weft
