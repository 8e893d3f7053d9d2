#include "backend/pod_table/pod_table.h"

#include "backend/pod_table/damage.h"
#include "backend/pod_table/element_batches.h"
#include "backend/pod_table/living.h"
#include "backend/pod_table/table_lock.h"

#include <cerrno>
#include <utility>

namespace weft::pod_table {

namespace {

using netlink::nft::Transaction;

// Linux before 6.2 says EBUSY.
bool is_taken(const Error& error) { return error.code == EEXIST || error.code == EBUSY; }

}  // namespace

Result<PodTable> PodTable::open() {
  auto table = KernelTable::open(netlink::nft::Tables::inet);
  if (!table) return std::unexpected(table.error());
  return PodTable(*std::move(table));
}

Result<> PodTable::ensure(const Ledger& ledger) {
  Skeleton skeleton = make_skeleton();
  auto current = table_.has_mark_of(skeleton);
  if (!current) return std::unexpected(current.error());
  if (*current) return {};
  const auto lock = TableLock::acquire();
  if (!lock) return std::unexpected(lock.error());
  current = table_.has_mark_of(skeleton);  // somebody else may have been here first
  if (!current) return std::unexpected(current.error());
  return *current ? Result<>() : rebuild(std::move(skeleton), &ledger);
}

Result<> PodTable::rebuild(Skeleton skeleton, const Ledger* ledger) {
  const auto living = look_who_lives(ledger);
  if (!living) return std::unexpected(living.error());
  return rebuild(std::move(skeleton), living->with_ports);
}

// Pods that are being attached publish their ports themselves, when they are done.
Result<> PodTable::rebuild(Skeleton skeleton, std::span<const LivingPod> living) {
  add_to(skeleton.transaction, wanted_elements(living));
  return table_.commit(skeleton.transaction);
}

Result<> PodTable::exchange(std::span<const PortElement> removed, std::span<const PortElement> added) {
  Transaction transaction;
  remove_from(transaction, removed);
  add_to(transaction, added);
  return table_.commit(transaction);
}

Result<> PodTable::publish(const Attachment& attachment, const Ledger& ledger, std::string_view bridge) {
  const auto wanted = port_elements(attachment, bridge);
  if (wanted.empty()) return {};
  const auto lock = TableLock::acquire();
  if (!lock) return std::unexpected(lock.error());
  auto done = exchange({}, wanted);
  if (!done && done.error().code == ENOENT) {  // somebody has removed the table since ensure()
    if (const auto rebuilt = rebuild(make_skeleton(), &ledger); !rebuilt) return rebuilt;
    done = exchange({}, wanted);
  }
  if (done || !is_taken(done.error())) return done;
  const auto stale = replaceable(wanted, ledger);
  if (!stale) return std::unexpected(stale.error());
  return exchange(*stale, wanted);
}

Result<std::vector<PortElement>> PodTable::replaceable(std::span<const PortElement> wanted, const Ledger& ledger) {
  std::vector<PortElement> stale;
  for (const PortElement& element : wanted) {
    const auto found = table_.find(element);
    if (!found) return std::unexpected(found.error());
    const auto& there = *found;
    if (!there || there->data == element.element.data) continue;
    const auto holder = living_holder(ledger, element.set, *there);
    if (!holder) return std::unexpected(holder.error());
    if (const auto& pod = *holder) {
      return std::unexpected(
          Error{fmt::format("hostPort {} is taken by pod {}", describe(*element.mapping), describe(*pod)), EEXIST});
    }
    stale.push_back(element);
  }
  return stale;
}

Result<> PodTable::withdraw(const Attachment& attachment) {
  const auto wanted = port_elements(attachment);
  if (wanted.empty()) return {};
  const auto lock = TableLock::acquire();
  if (!lock) return std::unexpected(lock.error());
  std::vector<PortElement> own;
  for (const PortElement& element : wanted) {
    const auto found = table_.find(element);
    if (!found) return std::unexpected(found.error());
    const auto& there = *found;
    if (there && there->data == element.element.data) own.push_back(element);
  }
  return own.empty() ? Result<>() : exchange(own, {});
}

Result<bool> PodTable::remove() {
  const auto lock = TableLock::acquire();
  if (!lock) return std::unexpected(lock.error());
  return table_.remove();
}

}  // namespace weft::pod_table
