#include "test/sim/scenario.h"

#include <algorithm>

namespace weft::sim {
namespace {

FamilyConfig family(std::string_view network, unsigned subnet_length) {
  FamilyConfig config;
  config.network = IpPrefix::parse(network).value();
  config.subnet_length = subnet_length;
  config.subnet_min = config.network.block(subnet_length, 0);
  config.subnet_max = config.network.block(subnet_length, config.network.block_count(subnet_length) - 1);
  return config;
}

// Few blocks, so that daemons meet: eight, or four where it is `tight`.
NetworkConfig make_network(SplitMix64& random, bool v4, bool v6, bool mixed, bool tight) {
  NetworkConfig network;
  const auto one_more = [&] { return mixed ? static_cast<unsigned>(random.below(3)) : 1U; };
  if (v4) network.v4 = family(tight ? "10.1.0.0/22" : "10.1.0.0/21", 23 + one_more());
  if (v6) network.v6 = family(tight ? "fd00:1::/62" : "fd00:1::/61", 63 + one_more());
  return network;
}

}  // namespace

std::string_view to_string(Sabotage sabotage) {
  switch (sabotage) {
    case Sabotage::none:
      return "none";
    case Sabotage::priority:
      return "priority";
    case Sabotage::no_revision:
      return "no-revision";
    case Sabotage::unguarded_confirm:
      return "unguarded-confirm";
    case Sabotage::stale_judging:
      return "stale-judging";
    case Sabotage::ignore_claims:
      return "ignore-claims";
  }
  return "?";
}

std::optional<Sabotage> parse_sabotage(std::string_view text) {
  const auto found = std::ranges::find(kSabotages, text, [](Sabotage known) { return to_string(known); });
  if (found == kSabotages.end()) return std::nullopt;
  return *found;
}

Scenario make_scenario(SplitMix64& random, Sabotage sabotage) {
  Scenario scenario;
  scenario.sabotage = sabotage;
  const auto count = 2 + random.below(4);
  const auto kind = random.below(5);
  const bool v4 = kind != 4;
  const bool v6 = kind >= 2;
  const bool mixed = random.below(4) == 0;
  scenario.allocator = random.below(6) == 0;
  scenario.rollbacks = random.below(16) == 0;
  scenario.late_break = random.below(2) == 0;
  const auto mode = random.below(4) == 0 ? LeaseMode::claim : LeaseMode::automatic;
  const bool tight = random.below(3) == 0;
  const NetworkConfig shared = make_network(random, v4, v6, false, tight);
  for (std::uint64_t i = 0; i < count; ++i) {
    LeaseConfig config;
    config.node = fmt::format("n{}", i);
    config.network = mixed ? make_network(random, v4, v6, true, tight) : shared;
    config.mode = mode;
    scenario.daemons.push_back(std::move(config));
  }
  scenario.chaos_steps = static_cast<unsigned>(20 + random.below(160));
  scenario.acts = static_cast<unsigned>(random.below(12));
  scenario.loss = static_cast<unsigned>(random.below(5) * 10);
  return scenario;
}

}  // namespace weft::sim
