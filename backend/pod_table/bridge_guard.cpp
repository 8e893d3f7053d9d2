#include "backend/pod_table/bridge_guard.h"

#include "backend/netlink/nft_objects.h"
#include "backend/pod_table/bridge_skeleton.h"
#include "backend/pod_table/element_batches.h"
#include "backend/pod_table/table_lock.h"

#include <cerrno>
#include <utility>

#include <linux/netlink.h>

namespace weft::pod_table {

namespace {

using netlink::nft::Tables;
using netlink::nft::Transaction;

Error about_table(const Error& error) {
  return {fmt::format("nf_tables table bridge {}: {}", kTable, error.message), error.code};
}

// Also where the kernel knows no tables for bridges.
bool is_absent(const Error& error) { return error.code == ENOENT || error.code == EAFNOSUPPORT; }

}  // namespace

Result<BridgeGuard> BridgeGuard::open() {
  auto socket = netlink::Socket::open(NETLINK_NETFILTER);
  if (!socket) return fail_with("nf_tables", socket.error());
  return BridgeGuard(*std::move(socket));
}

Result<bool> BridgeGuard::has_mark(const Skeleton& skeleton) {
  netlink::nft::write_get_chain(message_, kTable, skeleton.mark, Tables::bridge);
  const auto chain = socket_.get(message_);
  if (chain) return true;
  if (is_absent(chain.error())) return false;
  return std::unexpected(about_table(chain.error()));
}

Result<bool> BridgeGuard::has(const PortElement& element) {
  netlink::nft::write_get_element(message_, kTable, element.set, element.element.key, Tables::bridge);
  const auto reply = socket_.get(message_);
  if (reply) return true;
  if (is_absent(reply.error())) return false;
  return std::unexpected(about_table(reply.error()));
}

Result<> BridgeGuard::commit(Transaction& transaction) {
  const auto done = netlink::nft::first_fault(socket_.commit(transaction));
  if (!done) return std::unexpected(about_table(done.error()));
  return {};
}

Result<> BridgeGuard::rebuild(const Ledger* ledger, std::span<const PortElement> newcomer) {
  const auto living = look_who_lives(ledger);
  if (!living) return std::unexpected(living.error());
  Skeleton skeleton = make_bridge_skeleton();
  add_to(skeleton.transaction, newcomer);
  for (const LivingPod& pod : living->on_bridges) add_to(skeleton.transaction, source_elements(pod.attachment));
  for (const std::string& link : living->unknown_on_bridges) {
    const PortElement element = unchecked_element(link);
    add_to(skeleton.transaction, {&element, 1});
  }
  return commit(skeleton.transaction);
}

Result<> BridgeGuard::admit(const Attachment& attachment, const Ledger& ledger) {
  const auto elements = source_elements(attachment);
  const auto lock = TableLock::acquire();
  if (!lock) return std::unexpected(lock.error());
  const auto current = has_mark(make_bridge_skeleton());
  if (!current) return std::unexpected(current.error());
  if (!*current) return rebuild(&ledger, elements);
  Transaction transaction(Tables::bridge);
  add_to(transaction, elements);
  return commit(transaction);
}

Result<> BridgeGuard::dismiss(const Attachment& attachment) {
  std::vector<PortElement> own;
  for (PortElement& element : source_elements(attachment)) {
    const auto there = has(element);
    if (!there) return std::unexpected(there.error());
    if (*there) own.push_back(std::move(element));
  }
  if (own.empty()) return {};
  const auto lock = TableLock::acquire();
  if (!lock) return std::unexpected(lock.error());
  Transaction transaction(Tables::bridge);
  remove_from(transaction, own);
  const auto done = commit(transaction);
  // Somebody has made the table anew meanwhile, without the pod, whose link is gone.
  return !done && is_absent(done.error()) ? Result<>() : done;
}

Result<bool> BridgeGuard::is_right(const Skeleton& skeleton, const Living& living) {
  const auto current = has_mark(skeleton);
  if (!current || !*current) return current;
  netlink::nft::write_dump_rules(message_, kTable, Tables::bridge);
  const auto rules = socket_.dump(message_, netlink::nft::parse_rule_chain);
  if (!rules) return std::unexpected(about_table(rules.error()));
  if (rules->size() != skeleton.rules) return false;
  for (const LivingPod& pod : living.on_bridges) {
    for (const PortElement& element : source_elements(pod.attachment)) {
      const auto there = has(element);
      if (!there || !*there) return there;
    }
  }
  return true;
}

Result<bool> BridgeGuard::repair(const Ledger* ledger) {
  const Skeleton skeleton = make_bridge_skeleton();
  const auto living = look_who_lives(ledger);
  if (!living) return std::unexpected(living.error());
  if (living->on_bridges.empty()) return false;
  const auto right = is_right(skeleton, *living);
  if (!right) return right;
  if (*right) return false;
  const auto lock = TableLock::try_acquire();
  if (!lock) return std::unexpected(lock.error());
  const auto rebuilt = rebuild(ledger, {});
  if (!rebuilt) return std::unexpected(rebuilt.error());
  return true;
}

Result<bool> BridgeGuard::remove() {
  const auto lock = TableLock::acquire();
  if (!lock) return std::unexpected(lock.error());
  netlink::nft::write_delete_table(message_, kTable);
  Transaction transaction(Tables::bridge);
  transaction.add(message_);
  const auto done = commit(transaction);
  if (done) return true;
  if (is_absent(done.error())) return false;
  return std::unexpected(done.error());
}

}  // namespace weft::pod_table
