// Makes the kernel hold what it should: facts, desired state, dump, plan, apply, report.
//
// Level-triggered: each run recomputes everything from the latest input and a fresh dump, so no event can be missed
// for ever. Handlers only store and ask for a run; nothing but run() changes the kernel.
// Threading: the kernel thread. Owns no kernel object: at exit everything stays, a restart drops no packet.
// Nothing is planned before there is a snapshot with the own lease (no plan on partial knowledge), nor while the
// node has no usable uplink: then the kernel keeps what it has.
#pragma once

#include "backend/kernel.h"
#include "backend/plan.h"
#include "backend/uplink.h"
#include "daemon/data_plane.h"
#include "subnet/network_config.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weft {

struct ReconcilerOptions {
  NetworkConfig config;
  UplinkOptions uplink;
  std::string ledger_directory;  // the plugin's, asked for pods once the lease is lost
  // --iface-can-reach: asked again at each run, since routes change.
  std::optional<IpAddress> can_reach;
  std::function<Result<std::string>(const IpAddress&)> device_towards;
};

class Reconciler {
 public:
  // `kernel` must outlive the reconciler.
  Reconciler(Kernel& kernel, ReconcilerOptions options);

  void set_input(DataPlaneInput input) { input_ = std::move(input); }

  // Reads the facts and chooses the uplink.
  [[nodiscard]] UplinkReport look();
  // look(), and then the kernel is made to hold what it should. The report's trigger and duration are the caller's.
  [[nodiscard]] ApplyReport run();
  // The outcome of the last look().
  [[nodiscard]] const UplinkReport& uplink() const { return uplink_; }

  // For `weftd debug`: what run() would do now, and what the kernel holds.
  [[nodiscard]] Result<Plan> preview();
  [[nodiscard]] Result<KernelDump> dump();

 private:
  struct Target;  // what one run aims at

  [[nodiscard]] Result<UplinkOptions> uplink_options();
  void find_devices();
  [[nodiscard]] Result<Target> target();
  void apply(const Target& target, const KernelDump& dump, ApplyReport& report);

  Kernel& kernel_;
  ReconcilerOptions options_;
  DataPlaneInput input_;
  NodeFacts facts_;
  UplinkReport uplink_;
  bool devices_known_ = false;
  std::optional<KernelState> applied_;  // the desired state of the last run that applied everything
};

}  // namespace weft
