// How a freshly started Weft knows which kernel objects are its own.
//
// Devices by name, everything on them by the device, routes by protocol number, firewall rules by table.
// Whatever is not covered is somebody else's and is never changed or deleted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weft {

// rtm_protocol of every route Weft installs. Unassigned in iproute2's rt_protos and in FRR.
inline constexpr std::uint8_t kRouteProtocol = 87;
inline constexpr const char* kFirewallTable = "weft";  // family inet

struct Ownership {
  // The VXLAN devices, weft.<vni> and weft-v6.<vni>, whether or not they are wanted now: a device of a family
  // that was switched off must be found to be removed.
  std::vector<std::string> devices;

  [[nodiscard]] bool owns_device(const std::string& name) const;
};

[[nodiscard]] std::string vxlan_device_v4(std::uint32_t vni);  // over an IPv4 underlay
[[nodiscard]] std::string vxlan_device_v6(std::uint32_t vni);
[[nodiscard]] Ownership ownership_for(std::uint32_t vni);

}  // namespace weft
