// `weftd debug`: asks for one dataset and prints it.
#pragma once

#include "daemon/options.h"

namespace weft {

// Prints to stdout; returns the exit code.
[[nodiscard]] int run_debug(const DebugOptions& options);

}  // namespace weft
