#include "backend/pod_table/damage.h"
#include "backend/pod_table/living.h"
#include "backend/pod_table/pod_table.h"
#include "backend/pod_table/table_lock.h"
#include "subnet/ledger/boot_id.h"

#include <algorithm>

namespace weft::pod_table {

struct PodTable::Inspection {
  Living living;
  Damage damage;  // of the elements; points into `living`
  bool rebuild = false;

  [[nodiscard]] bool is_damaged() const { return rebuild || !damage.missing.empty() || !damage.stale.empty(); }
};

// Without the lock first: nearly always there is nothing to do.
Result<Repair> PodTable::repair(const Ledger* ledger, Cleaning cleaning) {
  Skeleton skeleton = make_skeleton();
  const auto seen = inspect(skeleton, ledger, cleaning);
  if (!seen) return std::unexpected(seen.error());
  if (!seen->is_damaged()) return Repair{.unfinished = seen->damage.too_young};
  const auto lock = TableLock::try_acquire();
  if (!lock) return std::unexpected(lock.error());
  const auto found = inspect(skeleton, ledger, cleaning);
  if (!found) return std::unexpected(found.error());
  return put_right(std::move(skeleton), *found);
}

Result<PodTable::Inspection> PodTable::inspect(const Skeleton& skeleton, const Ledger* ledger, Cleaning cleaning) {
  const auto state = look_at_table(skeleton);
  if (!state) return std::unexpected(state.error());
  if (*state == TableState::other_version) return Inspection{};
  auto living = look_who_lives(ledger);
  if (!living) return std::unexpected(living.error());
  Inspection found{.living = *std::move(living)};
  found.rebuild = *state == TableState::damaged || (*state == TableState::missing && found.living.any);
  if (*state != TableState::right) return found;
  const auto present = read_elements();
  if (!present) return std::unexpected(present.error());
  found.damage = find_damage(found.living.with_ports, *present, time_since_boot());
  if (cleaning == Cleaning::no || found.living.unknown) found.damage.stale.clear();
  return found;
}

Result<PodTable::TableState> PodTable::look_at_table(const Skeleton& skeleton) {
  const auto current = table_.has_mark_of(skeleton);
  if (!current) return std::unexpected(current.error());
  if (*current) {
    const auto rules = table_.count_rules();
    if (!rules) return std::unexpected(rules.error());
    return *rules == skeleton.rules ? TableState::right : TableState::damaged;
  }
  const auto chains = table_.chains();
  if (!chains) return std::unexpected(chains.error());
  const bool marked = std::any_of(chains->begin(), chains->end(),
                                  [](const std::string& chain) { return chain.starts_with(kMarkPrefix); });
  return marked ? TableState::other_version : TableState::missing;
}

Result<std::vector<PortElement>> PodTable::read_elements() {
  using enum Family;
  std::vector<PortElement> present;
  for (const char* set : {ports_map(v4), ports_map(v6), address_ports_map(v4), address_ports_map(v6), hairpin_set(v4),
                          hairpin_set(v6), kBridges}) {
    const auto elements = table_.elements_of(set);
    if (!elements) return std::unexpected(elements.error());
    for (const netlink::nft::Element& element : *elements) present.push_back({set, element, nullptr});
  }
  return present;
}

Result<Repair> PodTable::put_right(Skeleton skeleton, const Inspection& found) {
  Repair done{.rebuilt = found.rebuild, .unfinished = found.damage.too_young};
  if (!found.is_damaged()) return done;
  if (found.rebuild) {
    const auto rebuilt = rebuild(std::move(skeleton), found.living.with_ports);
    if (!rebuilt) return std::unexpected(rebuilt.error());
    for (const LivingPod& pod : found.living.with_ports) done.reopened.push_back(pod.attachment);
    return done;
  }
  std::vector<PortElement> removed = found.damage.wrong;
  removed.insert(removed.end(), found.damage.stale.begin(), found.damage.stale.end());
  const auto exchanged = exchange(removed, found.damage.missing);
  if (!exchanged) return std::unexpected(exchanged.error());
  done.restored = found.damage.missing.size();
  done.removed = found.damage.stale.size();
  for (const Attachment* attachment : found.damage.hurt) done.reopened.push_back(*attachment);
  return done;
}

}  // namespace weft::pod_table
