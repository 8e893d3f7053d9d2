#include "daemon/own_devices.h"

namespace weft {

Ownership own_devices(const NodeFacts& facts, std::optional<std::uint32_t> wanted) {
  Ownership own = wanted ? ownership_for(*wanted) : Ownership{};
  for (const Interface& interface : facts.interfaces) {
    if (!interface.vni || own.owns_device(interface.name)) continue;
    const bool ours =
        interface.name == vxlan_device_v4(*interface.vni) || interface.name == vxlan_device_v6(*interface.vni);
    if (ours) own.devices.push_back(interface.name);
  }
  return own;
}

}  // namespace weft
