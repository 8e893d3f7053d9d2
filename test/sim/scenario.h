// What one seed simulates: how many daemons, what they are configured with, what may happen to them.
#pragma once

#include "subnet/lease_protocol.h"
#include "subnet/split_mix.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::sim {

// Deliberate faults in what a daemon is told or what becomes of its writes. The simulation must find each.
enum class Sabotage : std::uint8_t {
  none,
  priority,           // a claim yields to those of lower-named nodes only, whoever came first
  no_revision,        // claims are written without resourceVersion
  unguarded_confirm,  // leases are written without resourceVersion
  stale_judging,      // others are seen as they were some time ago
  ignore_claims,      // the claims of others are not seen
};
[[nodiscard]] std::string_view to_string(Sabotage sabotage);
[[nodiscard]] std::optional<Sabotage> parse_sabotage(std::string_view text);
inline constexpr std::array kSabotages{Sabotage::priority, Sabotage::no_revision, Sabotage::unguarded_confirm,
                                       Sabotage::stale_judging, Sabotage::ignore_claims};

struct Scenario {
  std::vector<LeaseConfig> daemons;
  unsigned chaos_steps = 0;  // then the adversary stops
  unsigned acts = 0;         // of the adversary
  unsigned loss = 0;         // per cent of requests that do not go the straight way
  bool allocator = false;    // somebody assigns spec.podCIDR
  bool rollbacks = false;
  // The shell notices that the watch is gone only when the answer to the list that follows arrives.
  bool late_break = false;
  Sabotage sabotage = Sabotage::none;
};

[[nodiscard]] Scenario make_scenario(SplitMix64& random, Sabotage sabotage);

}  // namespace weft::sim
