// Everything /metrics shows, and the events that move it.
//
// Owns the registry. Threading: the reactor only; other threads post their reports to it. Names have the prefix
// weft_, base units, _total on counters and on nothing else, no node names as labels: 5,000 nodes would be 5,000
// series.
#pragma once

#include "daemon/data_plane.h"
#include "daemon/ledger_sweep.h"
#include "daemon/pod_table_keeper.h"
#include "subnet/kube_client.h"
#include "subnet/reflector_core.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

// Read when somebody asks, not when it changes.
struct MetricsAtScrape {
  KubeClientCounters api;
  ReflectorStatus watch;
  std::string_view lease_state;  // "HELD"
  std::optional<std::uint64_t> subnets_free4;
  std::optional<std::uint64_t> subnets_free6;
  std::size_t nodes = 0;  // Nodes known
};

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void applied(const ApplyReport& report);
  void firewall_replaced(bool ok, bool repair);
  void claim_ended(std::string_view result);  // "SubnetLeased", "SubnetLost", …
  void watch_broken();
  void netlink_overrun();
  void swept(const SweepReport& report);
  void pod_table_repaired(const PodTableReport& report);
  void event_posted(bool ok);

  [[nodiscard]] std::string render(const MetricsAtScrape& now);

 private:
  void count_peers(const std::vector<PeerVerdict>& verdicts);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft
