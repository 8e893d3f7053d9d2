#include "backend/pod_table/kernel_table.h"

#include "backend/netlink/nft_objects.h"

#include <cerrno>

#include <linux/netlink.h>

namespace weft::pod_table {

using netlink::nft::Element;
using netlink::nft::Tables;
using netlink::nft::Transaction;

Result<KernelTable> KernelTable::open(Tables family) {
  auto socket = netlink::Socket::open(NETLINK_NETFILTER);
  if (!socket) return fail_with("nf_tables", socket.error());
  return KernelTable(family, *std::move(socket));
}

std::unexpected<Error> KernelTable::fault(const Error& error) const {
  const char* family = family_ == Tables::bridge ? "bridge" : "inet";
  return std::unexpected(Error{fmt::format("nf_tables table {} {}: {}", family, kTable, error.message), error.code});
}

bool KernelTable::is_absence(const Error& error) const {
  return error.code == ENOENT || (error.code == EAFNOSUPPORT && family_ == Tables::bridge);
}

Result<bool> KernelTable::has_mark_of(const Skeleton& skeleton) {
  netlink::nft::write_get_chain(message_, kTable, skeleton.mark, family_);
  const auto chain = socket_.get(message_);
  if (chain) return true;
  if (is_absence(chain.error())) return false;
  return fault(chain.error());
}

Result<std::size_t> KernelTable::count_rules() {
  netlink::nft::write_dump_rules(message_, kTable, family_);
  const auto rules = socket_.dump(message_, netlink::nft::parse_rule_chain);
  if (!rules) return fault(rules.error());
  return rules->size();
}

Result<std::vector<std::string>> KernelTable::chains() {
  netlink::nft::write_dump_chains(message_);
  auto chains = socket_.dump(
      message_, [this](netlink::MessageView view) { return netlink::nft::parse_chain_of(view, kTable, family_); });
  if (!chains) return fault(chains.error());
  return chains;
}

Result<std::optional<Element>> KernelTable::find(const PortElement& element) {
  netlink::nft::write_get_element(message_, kTable, element.set, element.element.key, family_);
  const auto reply = socket_.get(message_);
  if (!reply && is_absence(reply.error())) return std::nullopt;
  if (!reply) return fault(reply.error());
  const auto found = netlink::nft::parse_elements(reply->view());
  return found.empty() ? std::nullopt : std::optional(found.front());
}

Result<std::vector<Element>> KernelTable::elements_of(const char* set) {
  netlink::nft::write_dump_elements(message_, kTable, set, family_);
  const auto parse = [](netlink::MessageView view) { return std::optional(netlink::nft::parse_elements(view)); };
  const auto answers = socket_.dump(message_, parse);
  if (!answers) return fault(answers.error());
  std::vector<Element> elements;
  for (const auto& answer : *answers) elements.insert(elements.end(), answer.begin(), answer.end());
  return elements;
}

Result<> KernelTable::commit(Transaction& transaction) {
  const auto done = netlink::nft::first_fault(socket_.commit(transaction));
  if (!done) return fault(done.error());
  return {};
}

Result<bool> KernelTable::remove() {
  netlink::nft::write_delete_table(message_, kTable);
  Transaction transaction(family_);
  transaction.add(message_);
  const auto done = commit(transaction);
  if (done) return true;
  if (is_absence(done.error())) return false;
  return std::unexpected(done.error());
}

}  // namespace weft::pod_table
