// What Weft knows of one Node object.
//
// RawNode is what the decoder cuts out of the JSON stream, still text; NodeRecord is the same in Weft's types
// (node_codec.h turns one into the other). Nothing else of a Node is kept.
#pragma once

#include "subnet/lease.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weft {

struct RawNode {
  std::string name;
  std::string uid;
  std::string resource_version;
  bool deleting = false;  // metadata.deletionTimestamp is set; the Node exists all the same
  // Only annotations whose key starts with Weft's prefix. Sizes are limited by the decoder.
  std::vector<std::pair<std::string, std::string>> annotations;
  // spec.podCIDRs, else spec.podCIDR. A PartialObjectMetadata has no spec at all: then has_spec is false and
  // pod_cidrs says nothing.
  std::vector<std::string> pod_cidrs;
  bool has_spec = false;

  friend bool operator==(const RawNode&, const RawNode&) = default;
};

struct NodeRecord {
  std::string name;
  std::string uid;
  Revision revision = 0;
  bool deleting = false;
  std::optional<Claim> claim;
  std::optional<Lease> lease;
  std::optional<Vtep> vtep;
  std::optional<IpAddress> public_ip_overwrite;  // set by an administrator, copied into the own vtep
  std::optional<IpAddress> public_ip6_overwrite;
  // Set by an administrator: blocks kept for this Node. To others they are taken, its own daemon asks for them first.
  std::optional<Subnets> reserved;
  std::vector<IpPrefix> pod_cidrs;
  bool has_spec = false;
  // One line for each annotation or podCIDR that could not be read: key, value (cut) and why.
  std::vector<std::string> problems;

  // Those of this very Node, or null. With the uid of another one (of an earlier incarnation, or copied) they are void,
  // although they still block.
  [[nodiscard]] const Claim* bound_claim() const { return claim && claim->uid == uid ? &*claim : nullptr; }
  [[nodiscard]] const Lease* bound_lease() const { return lease && lease->uid == uid ? &*lease : nullptr; }

  friend bool operator==(const NodeRecord&, const NodeRecord&) = default;
};

}  // namespace weft
