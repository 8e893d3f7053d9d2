// `weftd run`: puts the parts together and runs until it is told to end.
#pragma once

#include "daemon/options.h"

namespace weft {

// Returns the exit code.
[[nodiscard]] int run_daemon(const RunOptions& options);

}  // namespace weft
