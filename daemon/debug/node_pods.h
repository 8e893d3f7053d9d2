// `weftd debug pods`: the ledger straight from the disk and the links straight from the kernel, without any daemon.
#pragma once

#include "subnet/result.h"

#include <string>

namespace weft {

// The JSON of the dataset "pods". `directory`: the plugin's dataDir; none is a node without pods.
// In the calling thread's network namespace, which must be the node's.
[[nodiscard]] Result<std::string> node_pods(const std::string& directory, bool leaks);

}  // namespace weft
