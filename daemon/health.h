// Is the daemon alive, is the node ready: asked reporter by reporter.
//
// Each reporter promises to be heard of within its deadline; one that stays silent is not live. A reporter that
// gates readiness must have said "ready", and recently where it has a freshness. Nothing here depends on the API
// server for liveness: a daemon that is restarted because the API is down helps nobody.
// Threading: the reactor only; other threads post their reports to it. Pure: `now` is an argument.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

struct HealthReporter {
  std::string name;
  std::optional<std::chrono::milliseconds> live_within;  // longest silence of a live reporter
  bool gates_ready = false;
  std::optional<std::chrono::milliseconds> ready_within;  // how long a "ready" counts
};

struct HealthRow {
  std::string name;
  bool live = true;
  bool ready = true;
  bool gates_ready = false;
  std::string detail;
  std::chrono::milliseconds age{};  // since last heard of

  friend bool operator==(const HealthRow&, const HealthRow&) = default;
};

struct HealthStatus {
  bool live = true;
  bool ready = true;
  std::vector<HealthRow> rows;  // in the order of add()
};

class HealthBoard {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Live from `now` on; one that gates readiness is not ready yet.
  void add(HealthReporter reporter, TimePoint now);
  // A sign of life; changes nothing else. Unknown names are a programming mistake and abort.
  void alive(std::string_view name, TimePoint now);
  // The same, with a new detail: a failure that does not end readiness at once.
  void note(std::string_view name, std::string detail, TimePoint now);
  // A sign of life and a verdict.
  void report(std::string_view name, bool ready, std::string detail, TimePoint now);

  [[nodiscard]] HealthStatus status(TimePoint now) const;

 private:
  struct Entry {
    HealthReporter reporter;
    bool ready = false;
    std::string detail;
    TimePoint heard;
    TimePoint ready_since;  // last "ready"
  };
  [[nodiscard]] Entry& find(std::string_view name);

  std::vector<Entry> entries_;
};

// A table, one reporter a line, with the overall word first: "ready" or "not ready: lease, conflist".
[[nodiscard]] std::string render_readiness(const HealthStatus& status, bool verbose);
[[nodiscard]] std::string render_liveness(const HealthStatus& status, bool verbose);

}  // namespace weft
