// Dataset "plan": what the reconciler would do to the kernel now.
#pragma once

#include "backend/plan.h"

#include <nlohmann/json_fwd.hpp>

namespace weft {

[[nodiscard]] nlohmann::json plan_json(const Plan& plan);
// There is no plan, and why: nothing is planned on partial knowledge.
[[nodiscard]] nlohmann::json no_plan_json(const std::string& reason);

}  // namespace weft
