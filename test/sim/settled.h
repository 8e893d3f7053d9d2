// Has a daemon what can be had? Asked after the adversary has stopped.
#pragma once

#include "test/sim/daemon.h"

#include <string>

namespace weft::sim {

// Empty if so; else what is missing.
[[nodiscard]] std::string unsettled(const Daemon& daemon, const Store& store);

}  // namespace weft::sim
