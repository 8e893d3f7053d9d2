#include "daemon/pod_table_log.h"

#include "daemon/log.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace weft {

void PodTableLog::kept(const PodTableReport& report) {
  const auto now = std::chrono::steady_clock::now();
  if (report.repaired()) {
    since_.rebuilt = since_.rebuilt || report.rebuilt;
    since_.restored += report.restored;
    since_.removed += report.removed;
    if (const auto times = repairs_.happened(now)) {
      const PodTableReport told = std::exchange(since_, PodTableReport());
      log_info("the pods' firewall is repaired", {{"table", "inet weft-pods"},
                                                  {"times", std::to_string(*times)},
                                                  {"rebuilt", told.rebuilt ? "yes" : "no"},
                                                  {"restored", std::to_string(told.restored)},
                                                  {"removed", std::to_string(told.removed)}});
    }
  }
  if (report.error.empty()) return void(faults_.recovered());
  if (const auto count = faults_.failed(report.error, now)) {
    log_error("the pods' firewall cannot be repaired, trying again",
              {{"error", report.error}, {"times", std::to_string(*count)}});
  }
}

}  // namespace weft
