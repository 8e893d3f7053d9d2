// What Weft keeps in a Node's annotations: claim, lease and vtep (docs/adr/0002).
//
// A claim is tentative and nobody routes to it. A lease is confirmed and is the only thing peers route to. The
// vtep tells how to reach the node. All three are plain values; node_codec.h has their JSON form.
#pragma once

#include "subnet/ip_prefix.h"
#include "subnet/mac_address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

// metadata.resourceVersion as a number. Kubernetes promises comparable integers from 1.35 (KEP-5504) and has
// used them since 1.0. 0 means "none".
using Revision = std::uint64_t;

// One block a family; a cluster has at least one family.
struct Subnets {
  std::optional<IpPrefix> v4;
  std::optional<IpPrefix> v6;

  [[nodiscard]] const std::optional<IpPrefix>& of(Family family) const { return family == Family::v4 ? v4 : v6; }
  [[nodiscard]] std::optional<IpPrefix>& of(Family family) { return family == Family::v4 ? v4 : v6; }
  [[nodiscard]] bool empty() const { return !v4 && !v6; }
  [[nodiscard]] std::string to_string() const;  // "10.244.7.0/24,fd00:10:244:7::/64", "-" when empty

  friend auto operator<=>(const Subnets&, const Subnets&) = default;
};

struct Claim {
  std::string uid;    // of the Node the claim was made for; a claim bound to another uid is inert but blocks
  std::string nonce;  // 16 hex digits, fresh for each attempt
  Subnets subnets;

  friend bool operator==(const Claim&, const Claim&) = default;
};

enum class LeaseSource : std::uint8_t { claim, pod_cidr };
[[nodiscard]] std::string_view to_string(LeaseSource source);  // "claim", "podCIDR"

struct Lease {
  std::string uid;
  Subnets subnets;
  LeaseSource source = LeaseSource::claim;
  // The revision of the claim that won the block of each family; 0 where the family has no block.
  Revision rev4 = 0;
  Revision rev6 = 0;

  [[nodiscard]] Revision rev(Family family) const { return family == Family::v4 ? rev4 : rev6; }

  friend bool operator==(const Lease&, const Lease&) = default;
};

enum class BackendType : std::uint8_t { vxlan, host_gw };
[[nodiscard]] std::string_view to_string(BackendType type);  // "vxlan", "host-gw"

struct Vtep {
  BackendType backend = BackendType::vxlan;
  std::uint32_t vni = 0;        // 1..2^24-1
  std::uint16_t port = 0;       // UDP destination port
  std::optional<IpAddress> ip;  // underlay addresses that peers send to
  std::optional<IpAddress> ip6;
  std::optional<MacAddress> mac;  // of the VXLAN device of each underlay; absent for host-gw
  std::optional<MacAddress> mac6;

  friend bool operator==(const Vtep&, const Vtep&) = default;
};

}  // namespace weft
