// Boundary 3, the port to the kernel's link, address, neighbour and route tables.
//
// Threading: one thread, the kernel thread. Synchronous: the kernel executes netlink requests inside sendmsg(2)
// and may wait for the RTNL lock there.
// Failure: dump() fails as a whole (an interrupted dump is repeated inside). apply() gives one result per
// operation and carries on after a failure; it never throws.
#pragma once

#include "backend/kernel_state.h"
#include "backend/node_facts.h"
#include "backend/operation.h"
#include "backend/ownership.h"

#include <span>
#include <vector>

namespace weft {

struct KernelDump {
  KernelState own;                    // objects that `ownership` covers
  std::vector<Route> foreign_routes;  // main table, other protocols, sorted; connected routes included
};

class Kernel {
 public:
  virtual ~Kernel() = default;

  // What Weft owns, and every foreign route of the main table.
  // On an own device: all global-scope addresses, all permanent neighbours and FDB entries with a destination.
  // Own routes: protocol kRouteProtocol anywhere, and any route of another protocol except `kernel` and `ra`
  // on an own device (an older Flannel's, an administrator's) counts as own, so that it is repaired away.
  [[nodiscard]] virtual Result<KernelDump> dump(const Ownership& ownership) = 0;

  // In order, batched. A put of a Link whose VxlanParams differ from the existing device fails with EEXIST:
  // the plan must remove it first.
  [[nodiscard]] virtual OperationResults apply(std::span<const Operation> operations) = 0;

  // The node as the data plane sees it: devices, addresses, MTU, connected prefixes, default routes.
  [[nodiscard]] virtual Result<NodeFacts> read_facts() = 0;
};

}  // namespace weft
