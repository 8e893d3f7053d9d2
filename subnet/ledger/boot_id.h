// Which boot of this machine it is.
#pragma once

#include "subnet/result.h"

#include <string>

namespace weft {

// The kernel's random id of the current boot (random(4)).
[[nodiscard]] Result<std::string> current_boot_id();

}  // namespace weft
