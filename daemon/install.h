// `weftd install`: puts the CNI plugin where container runtimes look for it, and `weftd cleanup` takes it away.
//
// The plugin is replaced by rename: one that is being executed stays what it is (no ETXTBSY), and no runtime ever sees
// half of it. `loopback` becomes a link to the plugin only where there is none: another program's is left alone.
#pragma once

#include "daemon/cleanup_files.h"
#include "daemon/options.h"

namespace weft {

// Returns the exit code; prints what was done.
[[nodiscard]] int run_install(const InstallOptions& options);

// Only where --cni-bin-dir was given, and not while pods are attached: their DEL needs the plugin.
[[nodiscard]] Result<> clean_plugin(const CleanupOptions& options, CleanupLog& log);

}  // namespace weft
