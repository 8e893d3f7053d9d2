// Keeps the plugin's tables, weft-pods of families inet and bridge, as this node's pods need them (docs/adr/0007):
// hostPorts and the check of sources come back when somebody has removed them, and elements of pods that nobody knows
// any more go.
//
// Looked at when a notification says so, and every sweep period. Where something else keeps changing the table the
// repairs come further and further apart (apply_runner.h). Plugins at work are not waited for: a second look follows.
// Owns a netlink socket and timers. Threading: the thread of the io_context, the firewall thread.
#pragma once

#include "backend/pod_table/bridge_guard.h"
#include "backend/pod_table/pod_table.h"
#include "daemon/run_loop.h"
#include "daemon/sweep_loop.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace weft {

struct PodTableReport {
  bool rebuilt = false;      // the whole table
  std::size_t restored = 0;  // elements of living pods
  std::size_t removed = 0;   // elements of nobody
  std::string error;

  [[nodiscard]] bool repaired() const { return rebuilt || restored != 0 || removed != 0; }
  friend bool operator==(const PodTableReport&, const PodTableReport&) = default;
};

class PodTableKeeper {
 public:
  using Report = std::function<void(PodTableReport)>;  // of each look

  // Opens nf_tables in the calling thread's network namespace.
  [[nodiscard]] static Result<std::unique_ptr<PodTableKeeper>> open(boost::asio::io_context& io, SweepOptions options,
                                                                    Report report);
  PodTableKeeper(const PodTableKeeper&) = delete;
  PodTableKeeper& operator=(const PodTableKeeper&) = delete;

  // Looks, and goes on doing so.
  void begin() { loop_.changed(Trigger::start); }
  // Somebody has changed the table.
  void changed() { loop_.changed(Trigger::notification); }

 private:
  PodTableKeeper(boost::asio::io_context& io, SweepOptions options, Report report, pod_table::PodTable table,
                 pod_table::BridgeGuard guard);

  RunOutcome look(Trigger trigger);
  [[nodiscard]] Result<pod_table::Repair> repair(Trigger trigger);

  std::string directory_;
  Report report_;
  pod_table::PodTable table_;
  pod_table::BridgeGuard guard_;
  RunLoop loop_;
};

}  // namespace weft
