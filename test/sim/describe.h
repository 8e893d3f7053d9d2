// Text of what the trace shows.
#pragma once

#include "subnet/lease_protocol.h"

#include <string>

namespace weft::sim {

[[nodiscard]] std::string describe(const NodeRecord& record);
[[nodiscard]] std::string describe(const NodePatch& patch);
[[nodiscard]] std::string describe(const LeaseAction& action);
[[nodiscard]] std::string_view describe(lease_input::PatchOutcome outcome);

}  // namespace weft::sim
