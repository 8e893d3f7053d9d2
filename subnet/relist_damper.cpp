#include "subnet/relist_damper.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace weft {
namespace {

bool has_node(const LeaseSnapshot& snapshot, std::string_view node) {
  return std::ranges::binary_search(snapshot.holders, node, std::less<>(),
                                    [](const LeaseHolder& holder) -> std::string_view { return holder.node; });
}

// What the present nodes occupy; asks in logarithmic time.
class Occupied {
 public:
  explicit Occupied(const LeaseSnapshot& snapshot) {
    for (const auto& holder : snapshot.holders) add(holder.lease.subnets, holder.vtep);
    if (snapshot.self) add(snapshot.self->lease.subnets, snapshot.self->vtep);
    std::ranges::sort(blocks_);
    // A block that contains others sorts before them; without those the rest is disjoint.
    const auto inside = [](const IpPrefix& kept, const IpPrefix& next) { return kept.contains(next); };
    blocks_.erase(std::ranges::unique(blocks_, inside).begin(), blocks_.end());
  }

  [[nodiscard]] bool touches(const LeaseHolder& holder) const {
    const auto& [v4, v6] = holder.lease.subnets;
    if ((v4 && overlaps(*v4)) || (v6 && overlaps(*v6))) return true;
    if (!holder.vtep) return false;
    const Vtep& vtep = *holder.vtep;
    return contains(addresses_, vtep.ip) || contains(addresses_, vtep.ip6) || contains(macs_, vtep.mac) ||
           contains(macs_, vtep.mac6);
  }

 private:
  void add(const Subnets& subnets, const std::optional<Vtep>& vtep) {
    for (const auto& block : {subnets.v4, subnets.v6})
      if (block) blocks_.push_back(*block);
    if (!vtep) return;
    for (const auto& address : {vtep->ip, vtep->ip6})
      if (address) addresses_.insert(*address);
    for (const auto& mac : {vtep->mac, vtep->mac6})
      if (mac) macs_.insert(*mac);
  }

  [[nodiscard]] bool overlaps(const IpPrefix& block) const {
    const auto next = std::ranges::upper_bound(blocks_, block);
    return (next != blocks_.end() && next->overlaps(block)) ||
           (next != blocks_.begin() && std::prev(next)->overlaps(block));
  }

  template <class T>
  static bool contains(const std::set<T>& values, const std::optional<T>& value) {
    return value && values.contains(*value);
  }

  std::vector<IpPrefix> blocks_;
  std::set<IpAddress> addresses_;
  std::set<MacAddress> macs_;
};

}  // namespace

RelistDamper::Passed RelistDamper::pass(LeaseSnapshotPtr fresh, Cause cause, TimePoint now) {
  if (!fresh) return {};
  if (cause == Cause::events && fresh == fresh_) return {last_, std::nullopt};
  fresh_ = fresh;
  Passed passed;
  if (cause == Cause::list && last_) passed.relist_after = compare(*fresh, now);
  if (!held_.empty()) yield_to(*fresh);
  if (held_.empty()) passed.relist_after.reset();
  passed.snapshot = held_.empty() ? std::move(fresh) : with_held(*fresh);
  last_ = passed.snapshot;
  return passed;
}

std::optional<std::chrono::milliseconds> RelistDamper::compare(const LeaseSnapshot& fresh, TimePoint now) {
  std::map<std::string, Held> missing;
  for (const auto& holder : last_->holders)
    if (!has_node(fresh, holder.node)) missing.emplace(holder.node, Held{holder, now});
  const auto believed = std::max(kAlwaysBelieved, last_->holders.size() * kBelievedPercent / 100);
  if (missing.size() <= believed) {
    held_.clear();
    return std::nullopt;
  }
  for (auto& [node, held] : missing)
    if (const auto before = held_.find(node); before != held_.end()) held.missing_since = before->second.missing_since;
  std::erase_if(missing, [&](const auto& entry) { return now - entry.second.missing_since >= kHoldBack; });
  held_ = std::move(missing);
  TimePoint oldest = now;
  for (const auto& [node, held] : held_) oldest = std::min(oldest, held.missing_since);
  return std::chrono::ceil<std::chrono::milliseconds>(oldest + kHoldBack - now);
}

void RelistDamper::yield_to(const LeaseSnapshot& fresh) {
  const Occupied occupied(fresh);
  std::erase_if(held_, [&](const auto& entry) {
    return has_node(fresh, entry.first) || occupied.touches(entry.second.holder) ||
           (fresh.self && fresh.self->node == entry.first);
  });
}

LeaseSnapshotPtr RelistDamper::with_held(const LeaseSnapshot& fresh) const {
  auto merged = std::make_shared<LeaseSnapshot>(fresh);
  for (const auto& [node, held] : held_) {
    merged->holders.push_back(held.holder);
    merged->holders.back().held_back = true;
  }
  std::ranges::sort(merged->holders, {}, &LeaseHolder::node);
  return merged;
}

}  // namespace weft
