// Dataset "kernel": what Weft owns in the kernel now, and foreign routes that matter.
#pragma once

#include "backend/kernel.h"

#include <nlohmann/json_fwd.hpp>

namespace weft {

[[nodiscard]] nlohmann::json kernel_json(const KernelDump& dump);

}  // namespace weft
