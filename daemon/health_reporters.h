// Who reports health, and with which deadlines.
#pragma once

#include "daemon/health.h"

#include <chrono>

namespace weft {

inline constexpr const char* kHealthKernel = "kernel-thread";
inline constexpr const char* kHealthFirewall = "firewall-thread";
inline constexpr const char* kHealthLease = "lease";
inline constexpr const char* kHealthApply = "routes";
inline constexpr const char* kHealthRules = "firewall-rules";
inline constexpr const char* kHealthFiles = "cni-files";
inline constexpr const char* kHealthApi = "api-server";

inline void add_health_reporters(HealthBoard& board, std::chrono::milliseconds resync, HealthBoard::TimePoint now) {
  using namespace std::chrono_literals;
  board.add({.name = kHealthKernel, .live_within = 60s}, now);
  // nf_tables' commit lock has been seen taken for over a minute: that is no reason to restart.
  board.add({.name = kHealthFirewall, .live_within = 5min}, now);
  board.add({.name = kHealthLease, .gates_ready = true}, now);
  board.add({.name = kHealthApply, .gates_ready = true, .ready_within = 3 * resync}, now);
  board.add({.name = kHealthRules, .gates_ready = true}, now);
  board.add({.name = kHealthFiles, .gates_ready = true}, now);
  board.add({.name = kHealthApi}, now);
}

}  // namespace weft
