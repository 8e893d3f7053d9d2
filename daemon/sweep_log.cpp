#include "daemon/sweep_log.h"

#include "daemon/log.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace weft {
namespace {

constexpr std::size_t kLinesAtOnce = 300;  // a full node whose ledger has outlived a boot

std::string text(const std::vector<IpAddress>& addresses) {
  std::string text;
  for (const IpAddress& address : addresses) text += (text.empty() ? "" : ",") + address.to_string();
  return text.empty() ? "-" : text;
}

std::string_view told(const SweepFinding& finding) {
  if (finding.fate == SweepFinding::Fate::restored) return "a pod has its entry in the address ledger again";
  if (finding.state == PodState::no_entry) return "half-made pod link removed";
  return "addresses taken back";
}

void log_finding(const SweepFinding& finding) {
  log_warning(told(finding), {{"state", std::string(to_string(finding.state))},
                              {"addresses", text(finding.addresses)},
                              {"container", finding.container.empty() ? "-" : finding.container},
                              {"pod", finding.pod.empty() ? "-" : finding.pod},
                              {"link", finding.link},
                              {"why", finding.why}});
}

}  // namespace

void SweepLog::swept(const SweepReport& report) {
  std::size_t lines = 0;
  std::set<std::string> kept;
  for (const SweepFinding& finding : report.findings) {
    if (finding.fate == SweepFinding::Fate::kept) {
      kept.insert(finding.link);
      if (!kept_.contains(finding.link)) {
        log_warning("a pod's link has no entry in the address ledger, it is left alone", {{"link", finding.link}});
      }
    } else if (lines++ < kLinesAtOnce) {
      log_finding(finding);
    }
  }
  if (lines > kLinesAtOnce) log_warning("more taken back", {{"things", std::to_string(lines - kLinesAtOnce)}});
  kept_ = std::move(kept);
  if (report.error.empty()) return void(faults_.recovered());
  if (const auto count = faults_.failed(report.error, std::chrono::steady_clock::now())) {
    log_error("the address ledger cannot be swept", {{"error", report.error}, {"times", std::to_string(*count)}});
  }
}

}  // namespace weft
