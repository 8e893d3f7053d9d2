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

std::optional<IpPrefix> stronger_block(const NodeRecord& other, const Lease& own, Family family) {
  const Lease* lease = other.bound_lease();
  if (lease == nullptr) return std::nullopt;
  const auto& mine = own.subnets.of(family);
  const auto& theirs = lease->subnets.of(family);
  if (!mine || !theirs || !mine->overlaps(*theirs)) return std::nullopt;
  if (std::forward_as_tuple(own.rev(family), own.uid) <= std::forward_as_tuple(lease->rev(family), lease->uid))
    return std::nullopt;
  return theirs;
}

std::optional<Conflict> stronger_lease(const NodeRecord& other, const Lease& own) {
  for (const Family family : kFamilies) {
    if (const auto block = stronger_block(other, own, family)) return Conflict{other.name, "lease", *block};
  }
  return std::nullopt;
}

std::optional<Conflict> stronger_lease(const LeaseSet& nodes, const Lease& own, std::string_view self) {
  std::optional<Conflict> found;
  nodes.for_each([&](const NodeRecord& node) {
    if (!found && node.name != self) found = stronger_lease(node, own);
  });
  return found;
}

}  // namespace weft
