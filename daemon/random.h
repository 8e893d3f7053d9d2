// Randomness of the process, for jitter, nonces and MAC addresses.
#pragma once

#include "subnet/backoff.h"

namespace weft {

// Seeded from the system once; the result belongs to one thread.
[[nodiscard]] RandomSource make_random_source();

}  // namespace weft
