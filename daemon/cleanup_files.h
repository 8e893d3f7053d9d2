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
  static void kept(std::string_view what);
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  std::size_t count_ = 0;
};

// Goes on after a failure and returns the first.
[[nodiscard]] Result<> clean_files(const CleanupOptions& options, CleanupLog& log);

}  // namespace weft
