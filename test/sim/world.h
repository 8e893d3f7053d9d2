// One seed from beginning to end: chaos, then quiet, then everybody must have what can be had.
#pragma once

#include "test/sim/adversary.h"

#include <memory>
#include <optional>
#include <string>

namespace weft::sim {

struct Outcome {
  std::optional<std::string> breach;
  unsigned steps = 0;
};

class World {
 public:
  World(std::uint64_t seed, Sabotage sabotage, Trace trace);

  [[nodiscard]] Outcome run();

 private:
  void chaos_step();
  void quiet_step();
  void start(std::size_t daemon);
  void after(std::size_t daemon, LeaseActions actions);
  void advance_watch(std::size_t daemon, bool quiet);
  void advance_network(unsigned loss);
  void fire_next_timer();
  void let_pods_go();
  [[nodiscard]] bool messages_under_way() const;
  void end_chaos();

  Trace trace_;
  SplitMix64 random_;
  Scenario scenario_;
  Store store_;
  Invariants invariants_;
  std::vector<Daemon> daemons_;
  Network network_;
  Adversary adversary_;
  LeaseTime now_{std::chrono::hours(1)};
  unsigned acts_ = 0;
};

}  // namespace weft::sim
