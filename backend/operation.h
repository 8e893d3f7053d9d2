// One edit of the kernel, and what became of it.
#pragma once

#include "backend/kernel_values.h"
#include "subnet/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weft {

// put creates the object or replaces what is in its slot; remove empties the slot. Removing what is already
// gone succeeds.
enum class Verb : std::uint8_t { put, remove };

struct Operation {
  Verb verb = Verb::put;
  KernelObject object;

  friend bool operator==(const Operation&, const Operation&) = default;
};

[[nodiscard]] std::string to_string(const Operation& operation);  // "put route 10.244.7.0/24 …"

// One element for each operation of an apply, in its order.
using OperationResults = std::vector<Result<>>;

}  // namespace weft
