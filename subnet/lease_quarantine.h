// Blocks whose Node went away a short while ago. Somebody may still send to the old pods, so a new node
// avoids them while others are free. Memory of this process only, on its monotonic clock (notes in docs/adr/0002).
#pragma once

#include "subnet/lease_actions.h"

#include <cstddef>
#include <deque>
#include <vector>

namespace weft {

class LeaseQuarantine {
 public:
  explicit LeaseQuarantine(std::chrono::seconds length) : length_(length) {}

  void add(const IpPrefix& block, LeaseTime now);
  [[nodiscard]] std::vector<IpPrefix> blocks(LeaseTime now);

 private:
  struct Entry {
    IpPrefix block;
    LeaseTime until;
  };
  static constexpr std::size_t kMaxEntries = 8192;  // the oldest goes first

  std::chrono::seconds length_;
  std::deque<Entry> entries_;  // in order of `until`
};

}  // namespace weft
