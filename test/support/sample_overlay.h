// A small overlay as kernel objects: both families, every kind of object.
#pragma once

#include "backend/kernel_state.h"
#include "backend/operation.h"

#include <vector>

namespace weft::test {

// weft.1 over `up0` (192.0.2.1) and weft-v6.1 over `up0` (2001:db8::1).
[[nodiscard]] Link overlay_link(Family family);

// Adds what peer n, 1 ≤ n ≤ 250, needs: subnets 10.244.n.0/24 and fd00:10:244:n::/64, underlay 192.0.2.n and
// 2001:db8::n.
void add_overlay_peer(KernelState& state, unsigned n);

// The devices, this node's addresses (subnet 10.244.0.0/24, fd00:10:244::/64) and peers 7 and 8; normalised.
[[nodiscard]] KernelState sample_overlay();

// Every object of the state, in the order in which make_plan puts them; and the reverse as removals.
[[nodiscard]] std::vector<Operation> puts_of(const KernelState& state);
[[nodiscard]] std::vector<Operation> removes_of(const KernelState& state);

}  // namespace weft::test
