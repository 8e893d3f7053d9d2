#include "subnet/lease_set.h"

#include <algorithm>

namespace weft {

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
  last_.reset();
  // A list of an older state (a restored store) counts as it is: the caller sees revision() go back.
  revision_ = revision;
}

void LeaseSet::upsert(NodeRecord record) {
  if (!listing_) revision_ = std::max(revision_, record.revision);
  const std::string name = record.name;
  auto& entry = nodes_[name];
  CompactNode node(std::move(record));
  if (last_ && entry.node.holder(name) != node.holder(name)) last_.reset();
  entry.node = std::move(node);
  entry.seen = true;
}

void LeaseSet::remove(std::string_view name, Revision revision) {
  if (!listing_) revision_ = std::max(revision_, revision);
  const auto found = nodes_.find(name);
  if (found == nodes_.end()) return;
  if (found->second.node.holds_lease()) last_.reset();
  nodes_.erase(found);
}

std::optional<NodeRecord> LeaseSet::find(std::string_view name) const {
  const auto found = nodes_.find(name);
  if (found == nodes_.end()) return std::nullopt;
  return found->second.node.record(name);
}

void LeaseSet::for_each(const std::function<void(const NodeRecord&)>& visit) const {
  for (const auto& [name, entry] : nodes_) entry.node.visit(name, visit);
}

std::optional<Conflict> LeaseSet::busy(const IpPrefix& block, std::string_view self, const IpPrefix& network) const {
  std::optional<Conflict> conflict;
  for (const auto& [name, entry] : nodes_) {
    if (name == self) continue;
    entry.node.visit_blocks([&, &node = name](const char* what, const IpPrefix& other) {
      if (!other.overlaps(block) || other.contains(network)) return false;
      conflict = Conflict{node, what, other};
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
    entry.node.visit_blocks([&](const char*, const IpPrefix& other) {
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
  if (last_ && last_self_ == self_node && last_->self == self) return last_;
  auto snapshot = std::make_shared<LeaseSnapshot>();
  snapshot->generation = ++generation_;
  snapshot->revision = revision_;
  snapshot->self = std::move(self);
  const auto count = std::ranges::count_if(nodes_, [](const auto& node) { return node.second.node.holds_lease(); });
  snapshot->holders.reserve(static_cast<std::size_t>(count));
  for (const auto& [name, entry] : nodes_) {
    if (name == self_node) continue;
    if (auto holder = entry.node.holder(name)) snapshot->holders.push_back(std::move(*holder));
  }
  last_ = snapshot;
  last_self_ = self_node;
  return snapshot;
}

}  // namespace weft
