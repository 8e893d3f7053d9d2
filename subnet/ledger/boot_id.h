// Which boot of this machine it is, and for how long.
#pragma once

#include "subnet/result.h"

#include <chrono>
#include <string>

namespace weft {

// The kernel's random id of the current boot (random(4)).
[[nodiscard]] Result<std::string> current_boot_id();

// CLOCK_BOOTTIME: nobody can set it, it goes on while the machine is suspended, and all processes of a boot share it
// (but for those in a time namespace of their own, time_namespaces(7)).
[[nodiscard]] std::chrono::milliseconds time_since_boot();

}  // namespace weft
