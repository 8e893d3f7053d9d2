// Dataset "health": every reporter, and what gates readiness.
#pragma once

#include "daemon/health.h"

#include <nlohmann/json_fwd.hpp>

namespace weft {

[[nodiscard]] nlohmann::json health_json(const HealthStatus& status);

}  // namespace weft
