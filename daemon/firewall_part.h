// The firewall thread: keeps table inet weft as it should be, and sweeps the plugin's ledger.
//
// nf_tables has one commit lock a network namespace, and a busy kube-proxy can hold it for over a minute: nothing but
// this thread waits for it. The table is written when the wanted text changes, when a notification or a resync finds
// it gone or altered, and again after a failure. When the thread ends the table stays.
// Sweeps are made here because they close the hostPorts of ended pods, in nf_tables, too, and so is the pods' table
// kept. Threading: the public functions are called from the reactor; `reports` on the firewall thread.
#pragma once

#include "daemon/apply_runner.h"
#include "daemon/debug/firewall.h"
#include "daemon/pod_table_keeper.h"
#include "daemon/sweep_loop.h"
#include "subnet/result.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weft {

struct FirewallReport {
  std::string script;     // what was wanted
  bool ok = false;        // the kernel holds it
  bool replaced = false;  // a transaction was needed
  bool repaired = false;  // because somebody else had changed the table
  std::string error;
  std::vector<std::string> dropping;  // NftFirewall::dropping_forward_chains()
};

// One line for the health page.
[[nodiscard]] std::string describe(const FirewallReport& report);

struct FirewallPartReports {
  std::function<void(FirewallReport)> applied;
  std::function<void()> alive;
  std::function<void(SweepReport)> swept;
  std::function<void(PodTableReport)> kept;
};

class FirewallPart {
 public:
  // Opens nf_tables in the calling thread's network namespace.
  [[nodiscard]] static Result<std::unique_ptr<FirewallPart>> open(RunnerIntervals intervals, SweepOptions sweep,
                                                                  FirewallPartReports reports);
  ~FirewallPart();
  FirewallPart(const FirewallPart&) = delete;
  FirewallPart& operator=(const FirewallPart&) = delete;

  void start();
  void put(std::string script);
  // The answer comes on the firewall thread.
  void ask_view(std::function<void(FirewallView)> answer);
  [[nodiscard]] bool stop(std::chrono::milliseconds patience);

 private:
  class Loop;
  FirewallPart();

  std::unique_ptr<Loop> loop_;
};

}  // namespace weft
