#include "daemon/reconciler.h"

#include "daemon/drift.h"
#include "daemon/local_pods.h"
#include "daemon/own_devices.h"

#include <utility>

namespace weft {

struct Reconciler::Target {
  KernelState desired;
  std::vector<PeerVerdict> verdicts;
  PodMtu mtu;
};

namespace {

constexpr std::optional<LocalLease> kNoLease;

}  // namespace

std::size_t ApplyReport::changes() const {
  std::size_t sum = 0;
  for (const ObjectCounts& counts : objects) sum += counts.put + counts.removed;
  return sum;
}

Reconciler::Reconciler(Kernel& kernel, ReconcilerOptions options) : kernel_(kernel), options_(std::move(options)) {}

Result<UplinkOptions> Reconciler::uplink_options() {
  UplinkOptions options = options_.uplink;
  options.overwrite_ip = input_.public_ip_overwrite;
  options.overwrite_ip6 = input_.public_ip6_overwrite;
  // --iface and --iface-regex come first: then it does not matter whether there is a way.
  const bool asked = options.interfaces.empty() && options.interface_regexes.empty();
  if (!options_.can_reach || !options_.device_towards || !asked) return options;
  auto device = options_.device_towards(*options_.can_reach);
  if (!device) return fail("--iface-can-reach {}: {}", options_.can_reach->to_string(), device.error().message);
  options.device_towards = std::move(*device);
  return options;
}

void Reconciler::find_devices() {
  if (devices_known_) return;
  const auto dump = kernel_.dump(ownership_for(options_.config.backend.vni));
  if (!dump) return;
  devices_known_ = true;
  for (const Link& link : dump->own.links) {
    if (!link.vxlan) continue;
    if (link.name == vxlan_device_v4(options_.config.backend.vni)) uplink_.device_mac = link.mac;
    if (link.name == vxlan_device_v6(options_.config.backend.vni)) uplink_.device_mac6 = link.mac;
  }
}

UplinkReport Reconciler::look() {
  find_devices();
  uplink_.uplink.reset();
  uplink_.error.clear();
  uplink_.warnings.clear();
  auto facts = kernel_.read_facts();
  if (!facts) {
    uplink_.error = "read the node's devices: " + facts.error().message;
    return uplink_;
  }
  facts_ = std::move(*facts);
  const auto options = uplink_options();
  Result<Uplink> uplink = options ? choose_uplink(facts_, *options, options_.config) : std::unexpected(options.error());
  if (uplink) {
    uplink_.warnings = uplink_warnings(facts_, options_.config, *uplink);
    uplink_.uplink = std::move(*uplink);
  } else {
    uplink_.error = uplink.error().message;
  }
  return uplink_;
}

Result<Reconciler::Target> Reconciler::target() {
  if (input_.evicted) return Target{};
  const std::optional<LocalLease>& self = input_.snapshot ? input_.snapshot->self : kNoLease;
  const std::optional<Uplink>& uplink = uplink_.uplink;
  if (!self) return fail("the lease is not held yet");
  if (!uplink) return std::unexpected(Error{uplink_.error});
  Target target;
  target.verdicts = judge_peers(*input_.snapshot, options_.config, facts_, *uplink);
  target.desired = desired_state(*self, target.verdicts, options_.config, facts_, *uplink);
  target.mtu = pod_mtu(options_.config, *uplink);
  return target;
}

ApplyReport Reconciler::run() {
  ApplyReport report;
  static_cast<void>(look());
  const bool wanted = input_.evicted || (input_.snapshot && input_.snapshot->self);
  auto aim = target();
  if (!aim) {
    report.ok = !wanted && uplink_.uplink;
    report.error = report.ok ? "" : wanted ? aim.error().message : uplink_.error;
    return report;
  }
  report.planned = true;
  auto dump = this->dump();
  if (!dump) {
    report.error = "read the kernel's state: " + dump.error().message;
    return report;
  }
  yield_slots(aim->desired, dump->foreign_routes);
  apply(*aim, *dump, report);
  report.conflicts = find_conflicts(aim->verdicts, dump->foreign_routes, options_.config);
  report.verdicts = std::make_shared<const std::vector<PeerVerdict>>(std::move(aim->verdicts));
  if (input_.evicted) {
    report.pods_left = holds_pods(options_.ledger_directory, facts_, *input_.evicted);
    return report;
  }
  report.self = input_.snapshot->self;
  report.mtu = aim->mtu;
  return report;
}

void Reconciler::apply(const Target& target, const KernelDump& dump, ApplyReport& report) {
  const Plan plan = make_plan(target.desired, dump.own);
  const DriftJudge drift(applied_, plan.operations);
  const OperationResults results = kernel_.apply(plan.operations);
  for (std::size_t i = 0; i < plan.operations.size(); ++i) {
    const Operation& operation = plan.operations[i];
    ObjectCounts& counts = report.objects[kind_of(operation.object)];
    if (!results[i]) {
      ++counts.failed;
      if (report.failures++ == 0) report.error = results[i].error().message;
      continue;
    }
    ++(operation.verb == Verb::put ? counts.put : counts.removed);
    if (!drift.is_repair(operation)) continue;
    ++counts.repaired;
    const auto* link = std::get_if<Link>(&operation.object);
    if (link != nullptr && operation.verb == Verb::put) report.repaired_devices.push_back(link->name);
  }
  report.ok = report.failures == 0;
  if (report.ok) applied_ = target.desired;
}

Result<Plan> Reconciler::preview() {
  static_cast<void>(look());
  auto aim = target();
  if (!aim) return std::unexpected(aim.error());
  auto dump = this->dump();
  if (!dump) return std::unexpected(dump.error());
  yield_slots(aim->desired, dump->foreign_routes);
  return make_plan(aim->desired, dump->own);
}

Result<KernelDump> Reconciler::dump() { return kernel_.dump(own_devices(facts_, options_.config.backend.vni)); }

}  // namespace weft
