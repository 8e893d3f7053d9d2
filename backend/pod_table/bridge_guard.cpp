#include "backend/pod_table/bridge_guard.h"

#include "backend/pod_table/bridge_skeleton.h"
#include "backend/pod_table/element_batches.h"
#include "backend/pod_table/table_lock.h"

#include <utility>

namespace weft::pod_table {

using netlink::nft::Tables;
using netlink::nft::Transaction;

Result<BridgeGuard> BridgeGuard::open() {
  auto table = KernelTable::open(Tables::bridge);
  if (!table) return std::unexpected(table.error());
  return BridgeGuard(*std::move(table));
}

Result<> BridgeGuard::rebuild(Skeleton skeleton, const Ledger* ledger, std::span<const PortElement> newcomer) {
  const auto living = look_who_lives(ledger);
  if (!living) return std::unexpected(living.error());
  add_to(skeleton.transaction, newcomer);
  for (const LivingPod& pod : living->on_bridges) add_to(skeleton.transaction, source_elements(pod.attachment));
  for (const std::string& link : living->unknown_on_bridges) {
    const PortElement element = unchecked_element(link);
    add_to(skeleton.transaction, {&element, 1});
  }
  return table_.commit(skeleton.transaction);
}

Result<> BridgeGuard::admit(const Attachment& attachment, const Ledger& ledger) {
  const auto elements = source_elements(attachment);
  const auto lock = TableLock::acquire();
  if (!lock) return std::unexpected(lock.error());
  Skeleton skeleton = make_bridge_skeleton();
  const auto current = table_.has_mark_of(skeleton);
  if (!current) return std::unexpected(current.error());
  if (!*current) return rebuild(std::move(skeleton), &ledger, elements);
  Transaction transaction(Tables::bridge);
  add_to(transaction, elements);
  return table_.commit(transaction);
}

Result<> BridgeGuard::dismiss(const Attachment& attachment) {
  std::vector<PortElement> own;
  for (PortElement& element : source_elements(attachment)) {
    const auto there = table_.find(element);
    if (!there) return std::unexpected(there.error());
    if (there->has_value()) own.push_back(std::move(element));
  }
  if (own.empty()) return {};
  const auto lock = TableLock::acquire();
  if (!lock) return std::unexpected(lock.error());
  Transaction transaction(Tables::bridge);
  remove_from(transaction, own);
  const auto done = table_.commit(transaction);
  // Somebody has made the table anew meanwhile, without the pod, whose link is gone.
  return !done && table_.is_absence(done.error()) ? Result<>() : done;
}

Result<bool> BridgeGuard::is_right(const Skeleton& skeleton, const Living& living) {
  const auto current = table_.has_mark_of(skeleton);
  if (!current || !*current) return current;
  const auto rules = table_.count_rules();
  if (!rules) return std::unexpected(rules.error());
  if (*rules != skeleton.rules) return false;
  for (const LivingPod& pod : living.on_bridges) {
    for (const PortElement& element : source_elements(pod.attachment)) {
      const auto there = table_.find(element);
      if (!there) return std::unexpected(there.error());
      if (!there->has_value()) return false;
    }
  }
  return true;
}

Result<bool> BridgeGuard::repair(const Ledger* ledger) {
  Skeleton skeleton = make_bridge_skeleton();
  const auto living = look_who_lives(ledger);
  if (!living) return std::unexpected(living.error());
  if (living->on_bridges.empty()) return false;
  const auto right = is_right(skeleton, *living);
  if (!right) return right;
  if (*right) return false;
  const auto lock = TableLock::try_acquire();
  if (!lock) return std::unexpected(lock.error());
  const auto rebuilt = rebuild(std::move(skeleton), ledger, {});
  if (!rebuilt) return std::unexpected(rebuilt.error());
  return true;
}

Result<bool> BridgeGuard::remove() {
  const auto lock = TableLock::acquire();
  if (!lock) return std::unexpected(lock.error());
  return table_.remove();
}

}  // namespace weft::pod_table
