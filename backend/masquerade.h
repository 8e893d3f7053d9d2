// Which packets change their source address, and which are let through: Flannel's rules as a value.
//
// Pods keep their address towards pods; towards everything else they take the node's. Packets that kube-proxy
// marked for its own masquerade are left to it. The source ports used never include the VXLAN port, or replies
// to a masqueraded flow would be taken for tunnel packets.
#pragma once

#include "subnet/lease_snapshot.h"
#include "subnet/network_config.h"

#include <cstdint>
#include <optional>
#include <string>

namespace weft {

struct FirewallSpec {
  struct FamilyRules {
    IpPrefix network;  // the cluster's
    IpPrefix subnet;   // the node's

    friend bool operator==(const FamilyRules&, const FamilyRules&) = default;
  };
  std::optional<FamilyRules> v4;
  std::optional<FamilyRules> v6;
  bool masquerade = true;  // --ip-masq
  bool forward_accept = true;
  std::uint16_t vxlan_port = 0;  // excluded from masqueraded source ports; 0: nothing to exclude

  friend bool operator==(const FirewallSpec&, const FirewallSpec&) = default;
};

[[nodiscard]] FirewallSpec firewall_spec(const NetworkConfig& config, const LocalLease& self, bool masquerade);

}  // namespace weft
