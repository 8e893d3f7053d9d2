#include "backend/masquerade.h"

namespace weft {

FirewallSpec firewall_spec(const NetworkConfig& config, const LocalLease& self, bool masquerade) {
  FirewallSpec spec{.masquerade = masquerade};
  const auto rules = [&](Family family) -> std::optional<FirewallSpec::FamilyRules> {
    const auto& subnet = self.lease.subnets.of(family);
    if (!config.of(family) || !subnet) return std::nullopt;
    return FirewallSpec::FamilyRules{config.of(family)->network, *subnet};
  };
  spec.v4 = rules(Family::v4);
  spec.v6 = rules(Family::v6);
  if (config.backend.type == BackendType::vxlan) spec.vxlan_port = config.backend.port;
  return spec;
}

}  // namespace weft
