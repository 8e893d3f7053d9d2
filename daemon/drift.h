// Which operations of a plan follow from our own change of mind, and which repair what somebody else did.
#pragma once

#include "backend/kernel_state.h"
#include "backend/operation.h"

#include <optional>
#include <set>
#include <span>
#include <string>

namespace weft {

// Pure. Compares with the state that was applied before.
class DriftJudge {
 public:
  // `applied` is unset before the first complete run: then nothing is a repair. Both must outlive the judge.
  DriftJudge(const std::optional<KernelState>& applied, std::span<const Operation> operations);

  // True for a put of what had been right before, and for a removal of what never was ours to have.
  [[nodiscard]] bool is_repair(const Operation& operation) const;

 private:
  [[nodiscard]] bool was_applied(const KernelObject& object) const;

  const std::optional<KernelState>& applied_;
  std::set<std::string> remade_;  // devices we make anew by our own wish: what is on them goes and comes with them
};

[[nodiscard]] std::size_t kind_of(const KernelObject& object);  // index into kObjectKinds

}  // namespace weft
