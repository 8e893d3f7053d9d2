// What must hold after every step: I1–I6 of subnet/lease_protocol.h, seen from outside.
#pragma once

#include "test/sim/daemon.h"
#include "test/sim/store.h"

#include <optional>
#include <set>
#include <string>

namespace weft::sim {

class Invariants {
 public:
  explicit Invariants(const Store& store) : store_(store) {}

  // The first breach, as one line.
  [[nodiscard]] const std::optional<std::string>& breach() const { return breach_; }

  // I1: after any write.
  void check_leases();
  // I4: `before` is the version a daemon's PATCH was applied to.
  void check_guard(const NodePatch& patch, const NodeRecord& before);
  // I5: the PATCH makes a lease of what had been won.
  void check_confirmation(const NodePatch& patch, const NodeRecord& before);
  // I2, I3, I4, I6: when a daemon asks for it.
  void check_patch(const Daemon& daemon, const NodePatch& patch);
  // I2: after any step of a daemon.
  void check_use(const Daemon& daemon);
  // Nobody doubts a lease that stands: SUSPECT has a cause in the store.
  void check_notices(const Daemon& daemon, const LeaseActions& actions);

 private:
  void report(std::string text);
  [[nodiscard]] bool was_ever_free(const NodeRecord& own, const IpPrefix& block) const;

  const Store& store_;
  std::set<std::string, std::less<>> nonces_;
  std::optional<std::string> breach_;
};

}  // namespace weft::sim
