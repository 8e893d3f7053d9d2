// The questions that decide who holds a block. Pure functions of one state of all Nodes.
#pragma once

#include "subnet/lease_set.h"
#include "subnet/network_config.h"

#include <optional>
#include <string_view>

namespace weft {

// A block a node can hold: inside `network` and not all of it.
[[nodiscard]] bool is_leasable(const IpPrefix& block, const IpPrefix& network);

// Metadata-only records hide spec.podCIDR(s): a state with one of them in it can judge nothing. The own Node's
// podCIDR is no obstacle to itself.
[[nodiscard]] bool can_judge(const LeaseSet& nodes, std::string_view self);

// Of two overlapping leases, which only a breach of the rules can bring about, the lower revision of the family
// stays, then the lower uid; every node decides the same. What `own` must yield to, if there is something.
[[nodiscard]] std::optional<IpPrefix> stronger_block(const NodeRecord& other, const Lease& own, Family family);
[[nodiscard]] std::optional<Conflict> stronger_lease(const NodeRecord& other, const Lease& own);
[[nodiscard]] std::optional<Conflict> stronger_lease(const LeaseSet& nodes, const Lease& own, std::string_view self);

}  // namespace weft
