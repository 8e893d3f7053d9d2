#include "backend/ownership.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft {

bool Ownership::owns_device(const std::string& name) const { return std::ranges::find(devices, name) != devices.end(); }

std::string vxlan_device_v4(std::uint32_t vni) { return fmt::format("weft.{}", vni); }
std::string vxlan_device_v6(std::uint32_t vni) { return fmt::format("weft-v6.{}", vni); }

Ownership ownership_for(std::uint32_t vni) { return {.devices = {vxlan_device_v4(vni), vxlan_device_v6(vni)}}; }

}  // namespace weft
