#include "daemon/pod_ports.h"

#include "backend/pod_table/pod_table.h"
#include "backend/pod_table/stale_flows.h"

namespace weft {

Result<> NftPodPorts::close(const Attachment& attachment) {
  if (attachment.port_mappings.empty()) return {};
  auto table = pod_table::PodTable::open();
  if (!table) return std::unexpected(table.error());
  if (const auto closed = table->withdraw(attachment); !closed) return closed;
  return pod_table::forget_flows_to(attachment);
}

}  // namespace weft
