// From (desired, actual) to an ordered list of edits.
//
// Pure and total: nothing in it can fail or block, and make_plan(s, s) is empty.
// Make before break: links, addresses, neighbours and FDB, routes are put in this order; then routes, neighbours
// and FDB, addresses, links are removed. A device whose fixed attributes differ is removed first, and everything
// desired on it is put again, because it goes with the device.
#pragma once

#include "backend/kernel_state.h"
#include "backend/operation.h"

#include <string>
#include <vector>

namespace weft {

struct Plan {
  std::vector<Operation> operations;

  [[nodiscard]] bool empty() const { return operations.empty(); }
  friend bool operator==(const Plan&, const Plan&) = default;
};

[[nodiscard]] Plan make_plan(const KernelState& desired, const KernelState& actual);
[[nodiscard]] std::string to_string(const Plan& plan);

}  // namespace weft
