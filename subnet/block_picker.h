// Which free block a node asks for.
//
// Spread by a hash of node name and attempt: nodes that start together ask for different blocks (lowest-free-first
// would let one of them win a round), and the same node asks for the same block again while that is free.
// Pure; O(occupied), never proportional to the size of the network.
#pragma once

#include "subnet/network_config.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace weft {

struct BlockWish {
  std::string_view node;
  std::uint64_t attempt = 0;
};

// A block of config.subnet_length between subnet_min and subnet_max that overlaps nothing in `occupied` and, where
// such a block is left, nothing in `avoid` either; nullopt when all are occupied. Neither span need be sorted,
// and blocks of the other family or outside the network do no harm. Of more than 2^62 blocks only the first 2^62 are
// considered.
[[nodiscard]] std::optional<IpPrefix> pick_block(const FamilyConfig& config, std::span<const IpPrefix> occupied,
                                                 std::span<const IpPrefix> avoid, const BlockWish& wish);

}  // namespace weft
