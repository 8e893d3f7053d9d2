// The files that Weft keeps on a node, and their removal.
#pragma once

#include "daemon/options.h"
#include "subnet/result.h"

#include <cstddef>
#include <string_view>

namespace weft {

// Prints one line for each thing that is gone now.
class CleanupLog {
 public:
  void removed(std::string_view what);
  void kept(std::string_view what);                           // and one for each that is left on purpose
  [[nodiscard]] std::size_t count() const { return count_; }  // lines of either kind

 private:
  std::size_t count_ = 0;
};

// The conflist and the daemon's own files. Goes on after a failure and returns the first.
[[nodiscard]] Result<> clean_files(const CleanupOptions& options, CleanupLog& log);
// Last of all, if nothing is left in it.
void clean_run_dir(const CleanupOptions& options, CleanupLog& log);

}  // namespace weft
