// Dataset "peers": the verdict on each other lease holder, and routes of others that are in the way.
#pragma once

#include "backend/route_conflict.h"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace weft {

[[nodiscard]] nlohmann::json peers_json(const std::vector<PeerVerdict>& verdicts,
                                        const std::vector<RouteConflict>& conflicts);

}  // namespace weft
