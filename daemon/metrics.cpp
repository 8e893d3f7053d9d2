#include "daemon/metrics.h"

#include "daemon/process_stats.h"
#include "daemon/version.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <set>
#include <utility>

namespace weft {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using Counters = prometheus::Family<Counter>;
using Gauges = prometheus::Family<Gauge>;
using Histograms = prometheus::Family<Histogram>;

constexpr std::string_view kLeaseStates[] = {"START", "PICK", "CLAIM",   "WAIT",    "JUDGE_LIST", "LOST",
                                             "WON",   "HELD", "SUSPECT", "EVICTED", "EXHAUSTED",  "VERIFY"};

constexpr PodState kSweptStates[] = {PodState::link_gone, PodState::earlier_boot, PodState::unreadable,
                                     PodState::stray_address, PodState::no_entry};

// A counter follows a number that only grows; smaller means that its owner started anew.
void follow(Counter& counter, double total) {
  const double missing = total - counter.Value();
  if (missing > 0) counter.Increment(missing);
}

}  // namespace

struct Metrics::Impl {
  Gauges& gauge(const char* name, const char* help) { return BuildGauge().Name(name).Help(help).Register(registry); }
  Counters& counter(const char* name, const char* help) {
    return BuildCounter().Name(name).Help(help).Register(registry);
  }
  Histograms& histogram(const char* name, const char* help) {
    return BuildHistogram().Name(name).Help(help).Register(registry);
  }

  prometheus::Registry registry;
  Gauges& build_info = gauge("weft_build_info", "Always 1; version and commit as labels");
  Gauges& lease_state = gauge("weft_lease_state", "1 for the state the lease protocol is in");
  Counters& claims = counter("weft_lease_claims_total", "Claims of this node by result");
  Gauges& peers = gauge("weft_peers", "Other nodes that are routed to");
  Gauges& rejected = gauge("weft_peers_rejected", "Other lease holders that are not, by reason");
  Counters& lease_conflicts =
      counter("weft_lease_conflicts_total", "Lease holders found to lose to another over the same subnet");
  Gauges& conflicts = gauge("weft_route_conflicts", "Routes of others that overlap a peer's subnet");
  Histograms& duration = histogram("weft_reconcile_duration_seconds", "Dump, plan and apply of one run");
  Counters& runs = counter("weft_reconcile_runs_total", "Runs by trigger and result");
  Counters& operations = counter("weft_reconcile_operations_total", "Edits of the kernel");
  Counters& errors = counter("weft_reconcile_errors_total", "Edits that failed, by object");
  Counters& repairs = counter("weft_drift_repairs_total", "Objects put right after somebody else changed them");
  Counters& firewall = counter("weft_firewall_replaces_total", "Transactions on table inet weft");
  Counters& overruns = counter("weft_netlink_overruns_total", "Lost netlink notifications");
  Counters& requests = counter("weft_api_requests_total", "Requests to the API server");
  Counters& restarts = counter("weft_api_watch_restarts_total", "Broken watches by reason");
  Gauges& connected = gauge("weft_api_connected", "1 while the watch is open");
  Gauges& last_event = gauge("weft_api_last_event_timestamp_seconds", "When the watch last brought a byte, Unix time");
  Counters& watch_events = counter("weft_api_watch_events_total", "Events the watch brought");
  Gauges& pods = gauge("weft_pods", "Pods of this node whose link is there");
  Counters& swept = counter("weft_ledger_swept_total", "What sweeps of the address ledger took away, by state");
  Gauges& nodes = gauge("weft_nodes", "Nodes of the cluster");
  Gauges& free = gauge("weft_subnets_free", "Blocks that nobody holds, by family");
  Counters& node_events = counter("weft_node_events_total", "Events posted on the Node");
  Gauges& process = gauge("weft_process_resident_memory_bytes", "Resident memory");
  Counters& cpu = counter("weft_process_cpu_seconds_total", "CPU time, user and system");
  Gauges& descriptors = gauge("weft_process_open_fds", "Open file descriptors");
  Gauges& start_time = gauge("weft_process_start_time_seconds", "Start, since the Unix epoch");
  std::map<std::string, Gauge*> reasons;  // of rejected peers, ever seen
  std::set<std::string> losers;           // over a subnet, in the last run
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {
  impl_->build_info.Add({{"version", std::string(version())}, {"commit", std::string(commit())}}).Set(1);
  // Series that exist from the start: a rate over them is right from the first event on.
  for (const std::string_view kind : kObjectKinds) {
    impl_->errors.Add({{"object", std::string(kind)}});
    impl_->repairs.Add({{"object", std::string(kind)}});
  }
  for (const char* table : {"firewall", "pod-table"}) impl_->repairs.Add({{"object", table}});
  impl_->overruns.Add({});
  impl_->pods.Add({}).Set(0);
  for (const PodState state : kSweptStates) impl_->swept.Add({{"state", std::string(to_string(state))}});
  impl_->peers.Add({}).Set(0);
  impl_->conflicts.Add({}).Set(0);
  impl_->lease_conflicts.Add({});
}

Metrics::~Metrics() = default;

void Metrics::applied(const ApplyReport& report) {
  if (!report.planned) return;
  impl_->runs.Add({{"trigger", std::string(to_string(report.trigger))}, {"result", report.ok ? "ok" : "failed"}})
      .Increment();
  impl_->duration.Add({}, Histogram::BucketBoundaries{0.0005, 0.002, 0.01, 0.05, 0.2, 1, 5, 30})
      .Observe(std::chrono::duration<double>(report.duration).count());
  for (std::size_t i = 0; i < kObjectKinds.size(); ++i) {
    const std::string kind(kObjectKinds[i]);
    const ObjectCounts& counts = report.objects[i];
    if (counts.put != 0) {
      impl_->operations.Add({{"object", kind}, {"verb", "put"}}).Increment(static_cast<double>(counts.put));
    }
    if (counts.removed != 0) {
      impl_->operations.Add({{"object", kind}, {"verb", "remove"}}).Increment(static_cast<double>(counts.removed));
    }
    impl_->errors.Add({{"object", kind}}).Increment(static_cast<double>(counts.failed));
    impl_->repairs.Add({{"object", kind}}).Increment(static_cast<double>(counts.repaired));
  }
  if (!report.verdicts) return;  // the dump failed: what was known stays
  impl_->conflicts.Add({}).Set(static_cast<double>(report.conflicts.size()));
  count_peers(*report.verdicts);
}

void Metrics::count_peers(const std::vector<PeerVerdict>& verdicts) {
  std::map<std::string, double> by_reason;
  std::set<std::string> losers;
  double routed = 0;
  for (const PeerVerdict& verdict : verdicts) {
    if (verdict.routed) ++routed;
    if (!verdict.reason.empty()) ++by_reason[verdict.reason];
    if (verdict.reason != "duplicate-subnet") continue;
    losers.insert(verdict.node);
    if (!impl_->losers.contains(verdict.node)) impl_->lease_conflicts.Add({}).Increment();
  }
  impl_->losers = std::move(losers);
  impl_->peers.Add({}).Set(routed);
  for (const auto& [reason, count] : by_reason) impl_->reasons[reason] = &impl_->rejected.Add({{"reason", reason}});
  for (const auto& [reason, gauge] : impl_->reasons) gauge->Set(by_reason[reason]);
}

void Metrics::firewall_replaced(bool ok, bool repair) {
  impl_->firewall.Add({{"result", ok ? "ok" : "failed"}}).Increment();
  if (ok && repair) impl_->repairs.Add({{"object", "firewall"}}).Increment();
}

void Metrics::claim_ended(std::string_view result) { impl_->claims.Add({{"result", std::string(result)}}).Increment(); }

void Metrics::watch_broken() { impl_->restarts.Add({{"reason", "broken"}}).Increment(); }

void Metrics::netlink_overrun() { impl_->overruns.Add({}).Increment(); }

void Metrics::swept(const SweepReport& report) {
  if (report.error.empty()) impl_->pods.Add({}).Set(static_cast<double>(report.pods));
  for (const SweepFinding& finding : report.findings) {
    if (finding.fate != SweepFinding::Fate::removed) continue;
    impl_->swept.Add({{"state", std::string(to_string(finding.state))}}).Increment();
  }
}

void Metrics::pod_table_repaired(const PodTableReport& report) {
  const auto repairs = static_cast<double>(report.restored + report.removed + (report.rebuilt ? 1U : 0U));
  impl_->repairs.Add({{"object", "pod-table"}}).Increment(repairs);
}

void Metrics::event_posted(bool ok) { impl_->node_events.Add({{"result", ok ? "ok" : "failed"}}).Increment(); }

std::string Metrics::render(const MetricsAtScrape& now) {
  for (const std::string_view state : kLeaseStates) {
    impl_->lease_state.Add({{"state", std::string(state)}}).Set(state == now.lease_state ? 1 : 0);
  }
  for (const auto& [key, count] : now.api.requests) {
    follow(impl_->requests.Add({{"verb", key.first}, {"code", std::to_string(key.second)}}),
           static_cast<double>(count));
  }
  follow(impl_->watch_events.Add({}), static_cast<double>(now.watch.events));
  follow(impl_->restarts.Add({{"reason", "expired"}}), static_cast<double>(now.watch.expired));
  impl_->connected.Add({}).Set(now.watch.connected ? 1 : 0);
  if (now.watch.last_received != TimePoint{}) {
    const auto age = std::chrono::steady_clock::now() - now.watch.last_received;
    const auto when = std::chrono::system_clock::now().time_since_epoch() - age;
    impl_->last_event.Add({}).Set(std::chrono::duration<double>(when).count());
  }
  impl_->nodes.Add({}).Set(static_cast<double>(now.nodes));
  if (now.subnets_free4) impl_->free.Add({{"family", "ipv4"}}).Set(static_cast<double>(*now.subnets_free4));
  if (now.subnets_free6) impl_->free.Add({{"family", "ipv6"}}).Set(static_cast<double>(*now.subnets_free6));
  const ProcessStats stats = read_process_stats();
  impl_->process.Add({}).Set(static_cast<double>(stats.resident_bytes));
  follow(impl_->cpu.Add({}), stats.cpu_seconds);
  impl_->descriptors.Add({}).Set(static_cast<double>(stats.open_descriptors));
  impl_->start_time.Add({}).Set(stats.start_time);
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace weft
