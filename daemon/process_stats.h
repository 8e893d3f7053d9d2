// What this process uses, from /proc/self.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weft {

struct ProcessStats {
  std::uint64_t resident_bytes = 0;
  double cpu_seconds = 0;
  std::size_t open_descriptors = 0;
  double start_time = 0;  // seconds since the Unix epoch
};

[[nodiscard]] ProcessStats read_process_stats();

}  // namespace weft
