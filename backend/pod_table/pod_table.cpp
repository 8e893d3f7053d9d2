#include "backend/pod_table/pod_table.h"

#include "backend/netlink/nft_objects.h"
#include "backend/pod_table/damage.h"
#include "backend/pod_table/element_batches.h"
#include "backend/pod_table/living.h"
#include "backend/pod_table/table_lock.h"

#include <cerrno>
#include <utility>

#include <linux/netlink.h>

namespace weft::pod_table {

namespace {

using netlink::nft::Element;
using netlink::nft::Transaction;

// Linux before 6.2 says EBUSY.
bool is_taken(const Error& error) { return error.code == EEXIST || error.code == EBUSY; }

Error about_table(const Error& error) {
  return {fmt::format("nf_tables table inet {}: {}", kTable, error.message), error.code};
}

}  // namespace

Result<PodTable> PodTable::open() {
  auto socket = netlink::Socket::open(NETLINK_NETFILTER);
  if (!socket) return fail_with("nf_tables", socket.error());
  return PodTable(*std::move(socket));
}

Result<bool> PodTable::is_current(const Skeleton& skeleton) {
  netlink::nft::write_get_chain(message_, kTable, skeleton.mark);
  const auto chain = socket_.get(message_);
  if (chain) return true;
  if (chain.error().code == ENOENT) return false;
  return std::unexpected(about_table(chain.error()));
}

Result<> PodTable::ensure(const Ledger& ledger) {
  Skeleton skeleton = make_skeleton();
  auto current = is_current(skeleton);
  if (!current) return std::unexpected(current.error());
  if (*current) return {};
  const auto lock = TableLock::acquire();
  if (!lock) return std::unexpected(lock.error());
  current = is_current(skeleton);  // somebody else may have been here first
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
  const auto done = netlink::nft::first_fault(socket_.commit(skeleton.transaction));
  if (!done) return std::unexpected(about_table(done.error()));
  return {};
}

Result<std::optional<Element>> PodTable::find(const PortElement& element) {
  netlink::nft::write_get_element(message_, kTable, element.set, element.element.key);
  const auto reply = socket_.get(message_);
  if (!reply && reply.error().code == ENOENT) return std::nullopt;
  if (!reply) return std::unexpected(about_table(reply.error()));
  const auto found = netlink::nft::parse_elements(reply->view());
  return found.empty() ? std::nullopt : std::optional(found.front());
}

Result<> PodTable::exchange(std::span<const PortElement> removed, std::span<const PortElement> added) {
  Transaction transaction;
  remove_from(transaction, removed);
  add_to(transaction, added);
  const auto done = netlink::nft::first_fault(socket_.commit(transaction));
  if (!done) return std::unexpected(about_table(done.error()));
  return {};
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
    const auto found = find(element);
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
    const auto found = find(element);
    if (!found) return std::unexpected(found.error());
    const auto& there = *found;
    if (there && there->data == element.element.data) own.push_back(element);
  }
  return own.empty() ? Result<>() : exchange(own, {});
}

Result<bool> PodTable::remove() {
  const auto lock = TableLock::acquire();
  if (!lock) return std::unexpected(lock.error());
  Transaction transaction;
  netlink::nft::write_delete_table(message_, kTable);
  transaction.add(message_);
  const auto done = netlink::nft::first_fault(socket_.commit(transaction));
  if (!done && done.error().code == ENOENT) return false;
  if (!done) return std::unexpected(about_table(done.error()));
  return true;
}

}  // namespace weft::pod_table
