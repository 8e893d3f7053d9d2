#include "subnet/block_picker.h"

#include "subnet/split_mix.h"

#include <algorithm>
#include <vector>

namespace weft {
namespace {

constexpr std::uint64_t kMaxSlots = 1ULL << 62U;
constexpr unsigned kProbes = 16;

// Blocks of the configured length, counted from subnet_min; both ends included.
struct Slots {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

std::uint64_t hash_of(const BlockWish& wish) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : wish.node) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return SplitMix64::mix(hash + SplitMix64::mix(wish.attempt));
}

class SlotMap {
 public:
  explicit SlotMap(const FamilyConfig& config) : config_(config) {
    const auto first = config.network.index_of(config.subnet_min);
    const auto last = config.network.index_of(config.subnet_max);
    if (!first || *first >= kMaxSlots) return;
    base_ = *first;
    const std::uint64_t end = last ? std::min(*last, kMaxSlots - 1) : kMaxSlots - 1;
    if (end >= base_) count_ = end - base_ + 1;
  }

  // The slots that `block` touches, also in part.
  [[nodiscard]] std::optional<Slots> touched_by(const IpPrefix& block) const {
    if (count_ == 0 || !block.overlaps(config_.network)) return std::nullopt;
    if (block.contains(config_.network)) return Slots{0, count_ - 1};
    const auto low = config_.network.index_of(IpPrefix::containing(block.address(), config_.subnet_length));
    if (!low || *low >= kMaxSlots) return std::nullopt;
    std::uint64_t high = *low;
    if (block.length() < config_.subnet_length) {
      const unsigned bits = std::min(config_.subnet_length - block.length(), 62U);
      high = *low + ((1ULL << bits) - 1);
    }
    if (high < base_ || *low >= base_ + count_) return std::nullopt;
    return Slots{std::max(*low, base_) - base_, std::min(high, base_ + count_ - 1) - base_};
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] IpPrefix block(std::uint64_t slot) const {
    return config_.network.block(config_.subnet_length, base_ + slot);
  }

 private:
  const FamilyConfig& config_;
  std::uint64_t base_ = 0;
  std::uint64_t count_ = 0;
};

// Sorted and disjoint.
std::vector<Slots> taken_slots(const SlotMap& map, std::span<const IpPrefix> one, std::span<const IpPrefix> two) {
  std::vector<Slots> taken;
  taken.reserve(one.size() + two.size());
  for (const auto blocks : {one, two}) {
    for (const IpPrefix& block : blocks) {
      if (const auto slots = map.touched_by(block)) taken.push_back(*slots);
    }
  }
  std::ranges::sort(taken, {}, &Slots::first);
  std::vector<Slots> merged;
  for (const Slots& slots : taken) {
    if (!merged.empty() && slots.first <= merged.back().last) {
      merged.back().last = std::max(merged.back().last, slots.last);
    } else {
      merged.push_back(slots);
    }
  }
  return merged;
}

bool is_taken(const std::vector<Slots>& taken, std::uint64_t slot) {
  const auto after = std::ranges::upper_bound(taken, slot, {}, &Slots::first);
  return after != taken.begin() && slot <= std::prev(after)->last;
}

std::optional<std::uint64_t> pick_slot(std::uint64_t count, const std::vector<Slots>& taken, std::uint64_t hash) {
  std::uint64_t free = count;
  for (const Slots& slots : taken) free -= slots.last - slots.first + 1;
  if (free == 0) return std::nullopt;

  // The first probes depend on the name alone, so what others hold does not move a node off its own block.
  SplitMix64 sequence(hash);
  for (unsigned i = 0; i < kProbes; ++i) {
    const std::uint64_t slot = sequence.below(count);
    if (!is_taken(taken, slot)) return slot;
  }
  std::uint64_t slot = sequence.below(free);  // then the n-th of the free ones
  for (const Slots& slots : taken) {
    if (slot < slots.first) break;
    slot += slots.last - slots.first + 1;
  }
  return slot;
}

}  // namespace

std::optional<IpPrefix> pick_block(const FamilyConfig& config, std::span<const IpPrefix> occupied,
                                   std::span<const IpPrefix> avoid, const BlockWish& wish) {
  const SlotMap map(config);
  if (map.count() == 0) return std::nullopt;
  const std::uint64_t hash = hash_of(wish);
  auto slot = pick_slot(map.count(), taken_slots(map, occupied, avoid), hash);
  if (!slot && !avoid.empty()) slot = pick_slot(map.count(), taken_slots(map, occupied, {}), hash);
  if (!slot) return std::nullopt;
  return map.block(*slot);
}

}  // namespace weft
