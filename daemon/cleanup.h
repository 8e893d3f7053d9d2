// `weftd cleanup`: takes from this node everything that Weft made, and nothing else.
//
// Devices weft.<vni> and weft-v6.<vni> of any VNI, routes of protocol 87, nft table inet weft, the files of the run
// directory, the conflist; with --node-annotations also the node's annotations. What the plugin made goes when no pod
// is attached any more, or with --pods. Idempotent. Refused while a daemon runs.
#pragma once

#include "daemon/options.h"

namespace weft {

// Prints what it removed; returns the exit code.
[[nodiscard]] int run_cleanup(const CleanupOptions& options);

}  // namespace weft
