// Gives up the node's lease: removes Weft's annotations from the own Node.
#pragma once

#include "daemon/cleanup_files.h"

namespace weft {

// One PATCH; blocks for at most a minute.
[[nodiscard]] Result<> clean_node(const CleanupOptions& options, CleanupLog& log);

}  // namespace weft
