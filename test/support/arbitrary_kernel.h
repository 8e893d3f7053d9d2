// RapidCheck generators of kernels: what the daemon could want, and what it could find.
#pragma once

#include "backend/kernel_state.h"
#include "test/support/fake_kernel.h"

#include <rapidcheck.h>

namespace weft::test {

// A state that Weft could want: the devices of one or both families, each up and with its address, and some peers, each
// by the tunnel or by a plain route.
[[nodiscard]] rc::Gen<KernelState> wanted_state();

// Brings `kernel` into some state that another daemon's life and other people's hands could have left: any wanted
// state, then some damage. `kernel` has `up0` and nothing else.
void live_through_anything(FakeKernel& kernel);

// With `up0`, its addresses and foreign routes.
[[nodiscard]] FakeKernel fresh_kernel();

}  // namespace weft::test
