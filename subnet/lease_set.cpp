#include "subnet/lease_set.h"

#include <algorithm>

namespace weft {
namespace {

using Visit = std::function<bool(const char* what, const IpPrefix& block)>;

// Every block the Node stands on, whatever uid it is bound to; stops when `visit` says so.
void visit_blocks(const NodeRecord& record, const Visit& visit) {
  const auto both = [&](const char* what, const Subnets& subnets) {
    return (subnets.v4 && visit(what, *subnets.v4)) || (subnets.v6 && visit(what, *subnets.v6));
  };
  if (record.lease && both("lease", record.lease->subnets)) return;
  if (record.claim && both("claim", record.claim->subnets)) return;
  for (const auto& block : record.pod_cidrs)
    if (visit("podCIDR", block)) return;
}

bool holds_own_lease(const NodeRecord& record) { return record.lease && record.lease->uid == record.uid; }

}  // namespace

std::string Conflict::to_string() const { return fmt::format("{} {} of node {}", what, block.to_string(), node); }

void LeaseSet::begin_list() {
  listing_ = true;
  in_sync_ = false;
  for (auto& [name, entry] : nodes_) entry.seen = false;
}

void LeaseSet::end_list(Revision revision) {
  std::erase_if(nodes_, [](const auto& node) { return !node.second.seen; });
  listing_ = false;
  in_sync_ = true;
  // A list of an older state (a restored store) counts as it is: the caller sees revision() go back.
  revision_ = revision;
}

void LeaseSet::upsert(NodeRecord record) {
  if (!listing_) revision_ = std::max(revision_, record.revision);
  auto& entry = nodes_[record.name];
  entry.record = std::move(record);
  entry.seen = true;
}

void LeaseSet::remove(std::string_view name, Revision revision) {
  if (!listing_) revision_ = std::max(revision_, revision);
  if (const auto found = nodes_.find(name); found != nodes_.end()) nodes_.erase(found);
}

const NodeRecord* LeaseSet::find(std::string_view name) const {
  const auto found = nodes_.find(name);
  return found == nodes_.end() ? nullptr : &found->second.record;
}

void LeaseSet::for_each(const std::function<void(const NodeRecord&)>& visit) const {
  for (const auto& [name, entry] : nodes_) visit(entry.record);
}

std::optional<Conflict> LeaseSet::busy(const IpPrefix& block, std::string_view self, const IpPrefix& network) const {
  std::optional<Conflict> conflict;
  for (const auto& [name, entry] : nodes_) {
    if (name == self) continue;
    visit_blocks(entry.record, [&](const char* what, const IpPrefix& other) {
      if (!other.overlaps(block) || other.contains(network)) return false;
      conflict = Conflict{name, what, other};
      return true;
    });
    if (conflict) break;
  }
  return conflict;
}

std::vector<IpPrefix> LeaseSet::occupied(Family family, std::string_view self, const IpPrefix& network) const {
  std::vector<IpPrefix> blocks;
  for (const auto& [name, entry] : nodes_) {
    if (name == self) continue;
    visit_blocks(entry.record, [&](const char*, const IpPrefix& other) {
      if (other.family() == family && !other.contains(network)) blocks.push_back(other);
      return false;
    });
  }
  std::ranges::sort(blocks);
  blocks.erase(std::ranges::unique(blocks).begin(), blocks.end());
  return blocks;
}

LeaseSnapshotPtr LeaseSet::snapshot(std::string_view self_node, std::optional<LocalLease> self) {
  if (!in_sync_) return nullptr;
  auto snapshot = std::make_shared<LeaseSnapshot>();
  snapshot->generation = ++generation_;
  snapshot->revision = revision_;
  snapshot->self = std::move(self);
  for (const auto& [name, entry] : nodes_)
    if (name != self_node && holds_own_lease(entry.record))
      snapshot->holders.push_back({name, *entry.record.lease, entry.record.vtep});
  return snapshot;
}

}  // namespace weft
