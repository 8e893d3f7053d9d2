#include "backend/pod_table/close_ports.h"

#include "backend/pod_table/bridge_guard.h"
#include "backend/pod_table/pod_table.h"
#include "backend/pod_table/stale_flows.h"

namespace weft::pod_table {

Result<> close_ports(const Attachment& attachment) {
  auto guard = BridgeGuard::open();
  if (!guard) return std::unexpected(guard.error());
  if (const auto dismissed = guard->dismiss(attachment); !dismissed) return dismissed;
  if (attachment.port_mappings.empty()) return {};
  auto table = PodTable::open();
  if (!table) return std::unexpected(table.error());
  if (const auto closed = table->withdraw(attachment); !closed) return closed;
  return forget_flows_to(attachment);
}

}  // namespace weft::pod_table
