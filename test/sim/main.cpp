// weft_sim: the lease protocol against an adversary, one world a seed.
#include "test/sim/world.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace {

void print(const std::string& line) { fmt::print("{}\n", line); }

}  // namespace

int main(int argc, char** argv) {
  using namespace weft::sim;
  std::uint64_t seeds = 1000;
  std::uint64_t first = 1;
  std::string broken;
  bool trace = false;
  CLI::App app{"Drives the lease protocol against an adversary and checks its invariants. Exit code 1: a seed failed."};
  app.add_option("--seeds", seeds, "How many");
  app.add_option("--first", first, "The first seed");
  app.add_option("--broken", broken,
                 "Switch a fault on: priority, no-revision, unguarded-confirm, stale-judging, ignore-claims");
  app.add_flag("--trace", trace, "Print all that happens");
  CLI11_PARSE(app, argc, argv);
  const auto sabotage = broken.empty() ? Sabotage::none : parse_sabotage(broken).value_or(Sabotage::none);
  if (!broken.empty() && sabotage == Sabotage::none) {
    fmt::print(stderr, "--broken {}: no such fault\n", broken);
    return 2;
  }

  std::uint64_t steps = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const Outcome outcome = World(seed, sabotage, Trace(trace ? print : Trace::Sink{})).run();
    steps += outcome.steps;
    if (!outcome.breach) continue;
    if (!trace) static_cast<void>(World(seed, sabotage, Trace(print)).run());
    fmt::print("seed {} failed after {} steps: {}\n", seed, outcome.steps, *outcome.breach);
    return 1;
  }
  fmt::print("{} seeds, {} steps: all invariants hold\n", seeds, steps);
  return 0;
}
