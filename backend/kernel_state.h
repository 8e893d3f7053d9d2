// Boundary 2: the desired and the actual state of the kernel have one type.
//
// Every vector is sorted by the operator<=> of its element and holds no two elements of one slot; normalise()
// makes it so. A state is a whole set: what is missing from a desired state is to be deleted.
#pragma once

#include "backend/kernel_values.h"

#include <string>
#include <vector>

namespace weft {

struct KernelState {
  std::vector<Link> links;
  std::vector<LinkAddress> addresses;
  std::vector<Neighbour> neighbours;
  std::vector<FdbEntry> fdb;
  std::vector<Route> routes;

  // Sorts, and keeps the first of several elements of one slot.
  void normalise();

  friend bool operator==(const KernelState&, const KernelState&) = default;
};

[[nodiscard]] std::string to_string(const KernelState& state);  // one object a line

}  // namespace weft
