// The check of sources for pods on a bridge: table weft-pods of nf_tables' family bridge (docs/adr/0009).
//
// Frames between ports of a bridge never come by the tables of family inet, and what is sent to the node comes there as
// the bridge's. So here, at the port: IPv4 and ARP only from the pod's address; IPv6 from its own or a link-local one,
// and no neighbour advertisement for another; nothing else. Hardware addresses are not looked at.
//
// Made with the first pod on a bridge, and made anew as PodTable is; under the same lock. Owns: a KernelTable.
// Threading: one thread at a time. Errors as PodTable's; kernels without nf_tables for bridges have no check.
#pragma once

#include "backend/pod_table/kernel_table.h"
#include "backend/pod_table/living.h"
#include "backend/pod_table/port_elements.h"
#include "backend/pod_table/skeleton.h"
#include "subnet/ledger/ledger.h"
#include "subnet/result.h"

#include <span>

namespace weft::pod_table {

class BridgeGuard {
 public:
  [[nodiscard]] static Result<BridgeGuard> open();

  // Before the pod has its link: it may send from the attachment's addresses.
  [[nodiscard]] Result<> admit(const Attachment& attachment, const Ledger& ledger);
  // Success also when it never was on a bridge.
  [[nodiscard]] Result<> dismiss(const Attachment& attachment);
  // Whether it had to be made anew; never where there is no pod on a bridge. EWOULDBLOCK: see PodTable::repair().
  [[nodiscard]] Result<bool> repair(const Ledger* ledger);
  // For a node without pods. False: there was none.
  [[nodiscard]] Result<bool> remove();

 private:
  explicit BridgeGuard(KernelTable table) : table_(std::move(table)) {}

  [[nodiscard]] Result<bool> is_right(const Skeleton& skeleton, const Living& living);
  [[nodiscard]] Result<> rebuild(Skeleton skeleton, const Ledger* ledger, std::span<const PortElement> newcomer);

  KernelTable table_;
};

}  // namespace weft::pod_table
