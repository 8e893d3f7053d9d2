// The first half of choosing an uplink: which device. uplink.h has the order of the wishes.
#pragma once

#include "backend/uplink.h"

#include <optional>
#include <string>

namespace weft {

struct DeviceChoice {
  std::string link;
  std::optional<IpAddress> address;  // the wish named this one
  std::string why;                   // "--iface eth0", for messages
};

[[nodiscard]] Result<DeviceChoice> choose_device(const NodeFacts& facts, const UplinkOptions& options,
                                                 const NetworkConfig& config);

// "eth0 192.0.2.7, eth1 (down)": the devices that could carry the tunnel, for messages.
[[nodiscard]] std::string describe_devices(const NodeFacts& facts, const NetworkConfig& config);

[[nodiscard]] const Interface* find_interface(const NodeFacts& facts, const std::string& name);

}  // namespace weft
