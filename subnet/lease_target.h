// What a node should claim next. A pure function of one state of all Nodes; a stale state costs an attempt, no more,
// because claims are judged later.
#pragma once

#include "subnet/lease_protocol.h"
#include "subnet/lease_set.h"

#include <cstdint>
#include <expected>
#include <span>
#include <string>

namespace weft {

struct LeaseTarget {
  Subnets subnets;
  LeaseSource source = LeaseSource::claim;

  friend bool operator==(const LeaseTarget&, const LeaseTarget&) = default;
};

struct NoTarget {
  enum class Why : std::uint8_t {
    awaits_pod_cidr,  // the cluster assigns podCIDRs and this Node has none yet
    conflict,         // the podCIDR is another node's, or unusable; it can never change
    exhausted,
  };
  Why why = Why::exhausted;
  std::string reason;

  friend bool operator==(const NoTarget&, const NoTarget&) = default;
};

struct TargetQuestion {
  const LeaseConfig& config;
  const LeaseSet& nodes;
  const NodeRecord& own;
  Subnets kept;                     // won already: stays
  std::span<const IpPrefix> avoid;  // quarantine
  std::uint64_t attempt = 0;        // config.preferred is asked for at 0 only
};

[[nodiscard]] std::expected<LeaseTarget, NoTarget> choose_target(const TargetQuestion& question);

// Does somebody assign podCIDRs inside Network of this family? Looks at all Nodes but `self`.
[[nodiscard]] bool pod_cidrs_assigned(const LeaseSet& nodes, const IpPrefix& network, std::string_view self);
// The Node's podCIDR of that family inside `network`.
[[nodiscard]] std::optional<IpPrefix> pod_cidr_of(const NodeRecord& node, const IpPrefix& network);

}  // namespace weft
