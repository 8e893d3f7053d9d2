// How many blocks of a family nobody holds.
#pragma once

#include "subnet/lease_set.h"
#include "subnet/network_config.h"

#include <cstdint>
#include <optional>

namespace weft {

// Between subnet_min and subnet_max; nullopt for a family that is off. O(nodes log nodes), for a scrape.
[[nodiscard]] std::optional<std::uint64_t> free_blocks(const LeaseSet& nodes,
                                                       const std::optional<FamilyConfig>& config);

}  // namespace weft
