// Weft's devices on this node, of whatever VNI.
#pragma once

#include "backend/node_facts.h"
#include "backend/ownership.h"

#include <optional>

namespace weft {

// weft.<vni> and weft-v6.<vni> of every VXLAN device that has such a name, so that those of an older net-conf.json are
// found and removed; and those of `wanted`, whether they exist or not.
[[nodiscard]] Ownership own_devices(const NodeFacts& facts, std::optional<std::uint32_t> wanted);

}  // namespace weft
