#include "daemon/apply_log.h"

#include "daemon/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace weft {
namespace {

constexpr std::size_t kLinesAtOnce = 10;  // of rejected peers: a cluster can have thousands

template <class T>
std::string text(const std::optional<T>& value) {
  return value ? value->to_string() : "-";
}

auto now() { return std::chrono::steady_clock::now(); }

std::string milliseconds(std::chrono::microseconds duration) {
  return fmt::format("{:.1f}", static_cast<double>(duration.count()) / 1000);
}

}  // namespace

void ApplyLog::uplink(const UplinkReport& report) {
  if (!report.uplink) return;  // kernel() tells, at each run: this is told only when it changes
  static_cast<void>(uplink_faults_.recovered());
  const Uplink& uplink = *report.uplink;
  log_info("uplink", {{"link", uplink.link},
                      {"mtu", std::to_string(uplink.mtu)},
                      {"public_ip", text(uplink.public4)},
                      {"public_ipv6", text(uplink.public6)}});
  for (const std::string& warning : report.warnings) log_warning(warning);
}

void ApplyLog::kernel(const ApplyReport& report) {
  peers(report);
  if (!report.planned && report.ok) return;  // nothing to do yet
  if (!report.planned) {
    if (const auto count = uplink_faults_.failed(report.error, now())) {
      log_error("no usable uplink, waiting for one", {{"error", report.error}, {"times", std::to_string(*count)}});
    }
    return;
  }
  if (!report.ok) {
    const auto count = report.error.empty() ? std::nullopt : kernel_faults_.failed(report.error, now());
    if (count) {
      log_error(
          "the kernel does not hold what it should, trying again",
          {{"error", report.error}, {"failed", std::to_string(report.failures)}, {"times", std::to_string(*count)}});
    }
    return;
  }
  changes(report);
  if (const auto count = kernel_faults_.recovered()) {
    log_info("the kernel is in sync again", {{"failures", std::to_string(*count)}});
  }
}

void ApplyLog::changes(const ApplyReport& report) {
  if (report.changes() == 0) return;
  std::size_t put = 0;
  std::size_t removed = 0;
  std::size_t repaired = 0;
  for (const ObjectCounts& counts : report.objects) {
    put += counts.put;
    removed += counts.removed;
    repaired += counts.repaired;
  }
  std::size_t routed = 0;
  if (report.verdicts)
    routed = static_cast<std::size_t>(std::ranges::count(*report.verdicts, true, &PeerVerdict::routed));
  log_info(repaired != 0 ? "kernel repaired" : "kernel changed", {{"trigger", std::string(to_string(report.trigger))},
                                                                  {"peers", std::to_string(routed)},
                                                                  {"put", std::to_string(put)},
                                                                  {"removed", std::to_string(removed)},
                                                                  {"repaired", std::to_string(repaired)},
                                                                  {"ms", milliseconds(report.duration)}});
  for (const std::string& device : report.repaired_devices) {
    post_({"DeviceRepaired", fmt::format("{} was changed or deleted by somebody else and has been restored", device),
           true});
  }
}

void ApplyLog::peers(const ApplyReport& report) {
  if (!report.verdicts) return;
  const PeerNews::News news = news_.compare(*report.verdicts, report.conflicts);
  std::size_t lines = 0;
  for (const PeerVerdict* verdict : news.rejected) {
    if (++lines > kLinesAtOnce) break;
    log_warning("peer rejected", {{"node", verdict->node}, {"reason", verdict->reason}, {"detail", verdict->detail}});
    post_({"PeerRejected",
           fmt::format("node {} is not routed to: {}: {}", verdict->node, verdict->reason, verdict->detail), true});
  }
  if (news.rejected.size() > kLinesAtOnce) {
    log_warning("more peers rejected, see weftd debug peers", {{"peers", std::to_string(news.rejected.size())}});
  }
  for (const std::string& node : news.accepted) log_info("peer accepted again", {{"node", node}});
  for (const RouteConflict* conflict : news.conflicts) {
    log_warning(
        "a route of another program overlaps a peer's subnet, it is left alone",
        {{"node", conflict->node}, {"subnet", conflict->subnet.to_string()}, {"route", to_string(conflict->route)}});
  }
}

void ApplyLog::dropping(const std::vector<std::string>& chains) {
  for (const std::string& chain : chains) {
    if (std::ranges::count(dropping_, chain) != 0) continue;
    log_warning(
        "another program's nf_tables chain drops forwarded packets that none of its rules accepts; when pods do "
        "not reach other nodes, let it accept the pods' network, both from and to it",
        {{"chain", chain}, {"for example", fmt::format("nft insert rule {} ip saddr NETWORK accept", chain)}});
  }
  if (chains.empty() && !dropping_.empty()) log_info("no nf_tables chain drops forwarded packets any more", {});
  dropping_ = chains;
}

void ApplyLog::firewall(const FirewallReport& report) {
  dropping(report.dropping);
  if (!report.ok) {
    if (const auto count = firewall_faults_.failed(report.error, now())) {
      log_error("the firewall rules cannot be written, trying again",
                {{"error", report.error}, {"times", std::to_string(*count)}});
    }
    return;
  }
  if (report.replaced && !report.repaired) log_info("firewall written", {{"table", "inet weft"}});
  if (report.repaired) {
    if (const auto times = firewall_repairs_.happened(now())) {
      log_info("firewall repaired", {{"table", "inet weft"}, {"times", std::to_string(*times)}});
    }
  }
  static_cast<void>(firewall_faults_.recovered());
}

}  // namespace weft
