#include "subnet/lease_judge.h"

#include <tuple>

namespace weft {

bool is_leasable(const IpPrefix& block, const IpPrefix& network) {
  return network.contains(block) && block.length() > network.length();
}

bool can_judge(const LeaseSet& nodes, std::string_view self) {
  bool complete = true;
  nodes.for_each([&](const NodeRecord& node) { complete = complete && (node.has_spec || node.name == self); });
  return complete;
}

bool yields_to(const Lease& own, const NodeRecord& other, Family family) {
  if (!other.lease || other.lease->uid != other.uid) return false;
  const auto& mine = own.subnets.of(family);
  const auto& theirs = other.lease->subnets.of(family);
  if (!mine || !theirs || !mine->overlaps(*theirs)) return false;
  return std::forward_as_tuple(other.lease->rev(family), other.lease->uid) <
         std::forward_as_tuple(own.rev(family), own.uid);
}

std::optional<Conflict> stronger_lease(const LeaseSet& nodes, const Lease& own, std::string_view self) {
  std::optional<Conflict> found;
  nodes.for_each([&](const NodeRecord& node) {
    if (found || node.name == self) return;
    for (const Family family : kFamilies) {
      if (yields_to(own, node, family)) found = Conflict{node.name, "lease", *node.lease->subnets.of(family)};
    }
  });
  return found;
}

}  // namespace weft
