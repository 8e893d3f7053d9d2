// net-conf.json: the cluster's network, with Flannel's keys.
//
// Read once at start; a change takes effect at the next start. Parsing is strict where a value is wrong (the
// error names key, value and allowed range) and mild where a key is unknown (a warning names the nearest known
// key). Key names compare without case, as Go's encoding/json does for Flannel; a key given twice is an error.
//
// Where Weft differs from Flannel: a missing Backend means vxlan (Flannel's code says udp, its manual vxlan);
// SubnetMin defaults to the first block (Flannel skips it), SubnetMax to the last. IPv6Network counts only with
// EnableIPv6, as in Flannel; without it there is a warning. Port and MTU 0 mean the default, as in Flannel.
#pragma once

#include "subnet/lease.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

// One family's part: `subnet_length` bits for each node, blocks between min and max (both inclusive, aligned).
struct FamilyConfig {
  IpPrefix network;
  unsigned subnet_length = 24;  // IPv4: 24 by default, to 30; IPv6: 64, to 126; always longer than the network's
  IpPrefix subnet_min;          // first block that may be leased
  IpPrefix subnet_max;          // last block that may be leased

  friend bool operator==(const FamilyConfig&, const FamilyConfig&) = default;
};

struct BackendConfig {
  BackendType type = BackendType::vxlan;
  std::uint32_t vni = 1;      // 1..16777215
  std::uint16_t port = 8472;  // 1..65535
  // Of the underlay, 1280..65535 (1350.. for IPv6 pods over vxlan); unset: the uplink's.
  std::optional<std::uint32_t> mtu;
  bool direct_routing = false;  // vxlan only: plain routes to peers on the same segment

  friend bool operator==(const BackendConfig&, const BackendConfig&) = default;
};

struct NetworkConfig {
  std::optional<FamilyConfig> v4;
  std::optional<FamilyConfig> v6;
  BackendConfig backend;

  [[nodiscard]] const std::optional<FamilyConfig>& of(Family family) const { return family == Family::v4 ? v4 : v6; }
  friend bool operator==(const NetworkConfig&, const NetworkConfig&) = default;
};

struct ParsedNetworkConfig {
  NetworkConfig config;
  std::vector<std::string> warnings;
};

// `text` is at most 1 MiB of JSON.
[[nodiscard]] Result<ParsedNetworkConfig> parse_network_config(std::string_view text);

}  // namespace weft
