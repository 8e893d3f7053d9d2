// What the CNI plugin made on this node: the pods' links, routes and gateway addresses, their nf_tables
// table, and the ledger.
#pragma once

#include "daemon/cleanup_files.h"

namespace weft {

// While a pod's link is there nothing of it is touched, and that is told, unless `--pods` was given: a pod whose link
// goes stays without a network until it is made anew. Of a bridge the plugin's gateway addresses go; the bridge
// itself may be somebody else's, and is left and told. Goes on after a failure and returns the first.
[[nodiscard]] Result<> clean_pods(const CleanupOptions& options, CleanupLog& log);

}  // namespace weft
