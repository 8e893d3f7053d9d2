#include "daemon/health.h"

#include "daemon/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace weft {

void HealthBoard::add(HealthReporter reporter, TimePoint now) {
  const bool gates = reporter.gates_ready;
  entries_.push_back({.reporter = std::move(reporter),
                      .ready = !gates,
                      .detail = gates ? "nothing reported yet" : "",
                      .heard = now,
                      .ready_since = now});
}

HealthBoard::Entry& HealthBoard::find(std::string_view name) {
  const auto found = std::ranges::find_if(entries_, [name](const Entry& e) { return e.reporter.name == name; });
  if (found == entries_.end()) std::abort();
  return *found;
}

void HealthBoard::alive(std::string_view name, TimePoint now) { find(name).heard = now; }

void HealthBoard::note(std::string_view name, std::string detail, TimePoint now) {
  Entry& entry = find(name);
  entry.heard = now;
  entry.detail = std::move(detail);
}

void HealthBoard::report(std::string_view name, bool ready, std::string detail, TimePoint now) {
  Entry& entry = find(name);
  entry.heard = now;
  entry.ready = ready;
  entry.detail = std::move(detail);
  if (ready) entry.ready_since = now;
}

HealthStatus HealthBoard::status(TimePoint now) const {
  HealthStatus status;
  for (const Entry& entry : entries_) {
    const HealthReporter& reporter = entry.reporter;
    const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - entry.heard);
    HealthRow row{reporter.name, true, entry.ready, reporter.gates_ready, entry.detail, age};
    if (reporter.live_within && age > *reporter.live_within) row.live = false;
    if (reporter.ready_within && now - entry.ready_since > *reporter.ready_within) row.ready = false;
    status.live = status.live && row.live;
    status.ready = status.ready && (row.ready || !row.gates_ready);
    status.rows.push_back(std::move(row));
  }
  return status;
}

namespace {

std::string table(const HealthStatus& status) {
  std::vector<TextRow> rows;
  for (const HealthRow& row : status.rows) {
    const char* ready = row.ready ? "yes" : row.gates_ready ? "no" : "no (not required)";
    rows.push_back({row.name, row.live ? "yes" : "no", ready,
                    fmt::format("{:.1f}s", static_cast<double>(row.age.count()) / 1000.0), row.detail});
  }
  return render_table({"REPORTER", "LIVE", "READY", "HEARD", "DETAIL"}, rows);
}

std::string render(const HealthStatus& status, bool good, std::string_view word, bool verbose,
                   bool (*is_bad)(const HealthRow&)) {
  std::string text = fmt::format("{}{}", good ? "" : "not ", word);
  std::string_view separator = ": ";
  for (const HealthRow& row : status.rows) {
    if (!is_bad(row)) continue;
    text += fmt::format("{}{} ({})", separator, row.name, row.detail);
    separator = ", ";
  }
  return text + "\n" + (verbose ? table(status) : "");
}

}  // namespace

std::string render_readiness(const HealthStatus& status, bool verbose) {
  return render(status, status.ready, "ready", verbose, [](const HealthRow& r) { return r.gates_ready && !r.ready; });
}

std::string render_liveness(const HealthStatus& status, bool verbose) {
  return render(status, status.live, "live", verbose, [](const HealthRow& r) { return !r.live; });
}

}  // namespace weft
