#include "backend/pod_table/damage.h"

#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace weft::pod_table {

namespace {

using netlink::nft::Tuple;
using Key = std::pair<std::string_view, Tuple>;

Key key_of(const PortElement& element) { return {element.set, element.element.key}; }

bool is_young(const Attachment& attachment, std::chrono::milliseconds now) {
  return attachment.since_boot && *attachment.since_boot <= now && now - *attachment.since_boot < kAddTime;
}

class Comparison {
 public:
  Comparison(std::span<const LivingPod> living, std::span<const PortElement> present) {
    for (const PortElement& element : present) present_.emplace(key_of(element), &element);
    for (const LivingPod& pod : living) {
      for (const PortElement& element : port_elements(pod.attachment, pod.bridge)) {
        if (leads_to_its_pod(element)) right_.insert(key_of(element));
      }
    }
  }

  void look_at(const LivingPod& pod, bool young) {
    bool hurt = false;
    for (PortElement& element : port_elements(pod.attachment, pod.bridge)) {
      const Key key = key_of(element);
      if (right_.contains(key) || !claimed_.insert(key).second) continue;
      damage_.too_young = damage_.too_young || young;
      if (young) continue;
      hurt = true;
      if (present_.contains(key)) damage_.wrong.push_back(element);
      damage_.missing.push_back(std::move(element));
    }
    if (hurt) damage_.hurt.push_back(&pod.attachment);
  }

  Damage finish() {
    for (const auto& [key, element] : present_) {
      if (!right_.contains(key) && !claimed_.contains(key)) damage_.stale.push_back(*element);
    }
    return std::move(damage_);
  }

 private:
  [[nodiscard]] bool leads_to_its_pod(const PortElement& element) const {
    const auto there = present_.find(key_of(element));
    return there != present_.end() && there->second->element.data == element.element.data;
  }

  std::map<Key, const PortElement*> present_;
  std::set<Key> right_;    // present, and made by a living pod
  std::set<Key> claimed_;  // by the first living pod that wants it
  Damage damage_;
};

}  // namespace

std::vector<PortElement> wanted_elements(std::span<const LivingPod> living) {
  return find_damage(living, {}, std::chrono::milliseconds::max()).missing;
}

Damage find_damage(std::span<const LivingPod> living, std::span<const PortElement> present,
                   std::chrono::milliseconds now) {
  Comparison comparison(living, present);
  for (const LivingPod& pod : living) comparison.look_at(pod, is_young(pod.attachment, now));
  return comparison.finish();
}

}  // namespace weft::pod_table
