// The kernel thread: decides when to reconcile, and does it.
//
// Owns the thread, the netlink sockets, the reconciler and its timers. Threading: the public functions are called
// from the reactor; everything else happens on the kernel thread; `reports` are called there.
// When it ends it leaves everything in the kernel.
#pragma once

#include "daemon/data_plane.h"
#include "daemon/reconciler.h"
#include "daemon/uplink_flags.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace weft {

struct KernelPartOptions {
  NetworkConfig config;
  UplinkFlags uplink;
  std::string ledger_directory;
  RunnerIntervals intervals;
};

struct KernelPartReports {
  std::function<void(UplinkReport)> uplink;
  std::function<void(ApplyReport)> applied;
  std::function<void()> alive;    // every few seconds
  std::function<void()> overrun;  // netlink notifications were lost
};

class KernelPart {
 public:
  // Opens the netlink sockets, in the calling thread's network namespace.
  [[nodiscard]] static Result<std::unique_ptr<KernelPart>> open(KernelPartOptions options, KernelPartReports reports);
  ~KernelPart();
  KernelPart(const KernelPart&) = delete;
  KernelPart& operator=(const KernelPart&) = delete;

  void start();
  void put(DataPlaneInput input);
  // Answers come on the kernel thread.
  void ask_plan(std::function<void(Result<Plan>)> answer);
  void ask_dump(std::function<void(Result<KernelDump>)> answer);
  // False when the thread is held up in the kernel.
  [[nodiscard]] bool stop(std::chrono::milliseconds patience);

 private:
  class Loop;
  KernelPart();

  std::unique_ptr<Loop> loop_;
};

}  // namespace weft
