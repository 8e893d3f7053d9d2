#include "daemon/process_stats.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

namespace weft {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// Taken when the program is loaded, which is near enough to the start.
const auto started = std::chrono::system_clock::now();

}  // namespace

ProcessStats read_process_stats() {
  ProcessStats stats;
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  if (std::ifstream statm("/proc/self/statm"); statm >> total >> resident) {
    stats.resident_bytes = resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  }
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) stats.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    ++stats.open_descriptors;
  }
  stats.start_time = std::chrono::duration<double>(started.time_since_epoch()).count();
  return stats;
}

}  // namespace weft
