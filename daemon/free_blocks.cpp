#include "daemon/free_blocks.h"

#include <algorithm>

namespace weft {
namespace {

// The aligned blocks of `config` that `occupied` touches: [first, last].
struct Span {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

std::optional<Span> touched(const FamilyConfig& config, const IpPrefix& occupied) {
  if (!config.network.overlaps(occupied)) return std::nullopt;
  if (occupied.contains(config.network)) return std::nullopt;  // ignored by the protocol as well
  const auto first = config.network.index_of(IpPrefix::containing(occupied.address(), config.subnet_length));
  const auto last = config.network.index_of(IpPrefix::containing(occupied.last(), config.subnet_length));
  if (!first || !last) return std::nullopt;
  return Span{*first, *last};
}

}  // namespace

std::optional<std::uint64_t> free_blocks(const LeaseSet& nodes, const std::optional<FamilyConfig>& config) {
  if (!config) return std::nullopt;
  const auto min = config->network.index_of(config->subnet_min);
  const auto max = config->network.index_of(config->subnet_max);
  if (!min || !max || *max < *min) return std::nullopt;
  std::uint64_t free = *max - *min + 1;
  std::uint64_t next = *min;  // blocks below are accounted for
  // Sorted by address, so that the spans come in order.
  for (const IpPrefix& block : nodes.occupied(config->network.family(), "", config->network)) {
    const auto span = touched(*config, block);
    if (!span || span->last < next || span->first > *max) continue;
    const std::uint64_t first = std::max(span->first, next);
    const std::uint64_t last = std::min(span->last, *max);
    free -= last - first + 1;
    next = last + 1;
  }
  return free;
}

}  // namespace weft
