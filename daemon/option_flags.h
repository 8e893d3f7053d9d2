// The flags of each subcommand, one function each.
#pragma once

#include "daemon/options.h"

namespace CLI {
class App;
}

namespace weft {

// Each binds flags to `options`, which must outlive the parse.
void add_run_flags(CLI::App& app, RunOptions& options);
void add_debug_flags(CLI::App& app, DebugOptions& options);
void add_cleanup_flags(CLI::App& app, CleanupOptions& options);
void add_install_flags(CLI::App& app, InstallOptions& options);

}  // namespace weft
