#include "subnet/ledger/address_pool.h"

#include <algorithm>
#include <cstdlib>

namespace weft {

namespace {

constexpr std::uint64_t kReservedAtStart = 2;
constexpr std::uint64_t kLargest = std::uint64_t{1} << 32U;

}  // namespace

Result<AddressPool> AddressPool::of(const IpPrefix& subnet) {
  const std::uint64_t reserved = kReservedAtStart + (subnet.is_v4() ? 1U : 0U);
  const std::uint64_t all = subnet.block_count(address_bits(subnet.family()));
  if (subnet.length() + 2 > address_bits(subnet.family())) {
    return fail("subnet {} has no address for a pod: it must be /{} or shorter", subnet.to_string(),
                address_bits(subnet.family()) - 2);
  }
  return AddressPool(subnet, std::min(all - reserved, kLargest));
}

IpAddress AddressPool::at(std::uint64_t index) const {
  const auto address = subnet_.host(index + kReservedAtStart);
  if (index >= size_ || !address) std::abort();
  return *address;
}

std::optional<std::uint64_t> AddressPool::index_of(const IpAddress& address) const {
  if (address.family() != subnet_.family()) return std::nullopt;
  const auto position = subnet_.index_of(IpPrefix::containing(address, address_bits(address.family())));
  if (!position || *position < kReservedAtStart || *position - kReservedAtStart >= size_) return std::nullopt;
  return *position - kReservedAtStart;
}

Result<> AddressPool::check(const IpAddress& address) const {
  const std::string subnet = subnet_.to_string();
  if (!subnet_.contains(address)) return fail("it is outside this node's subnet {}: ask for one of that", subnet);
  const char* whose = nullptr;
  if (address == subnet_.host(0)) whose = "the network's own address";
  if (address == subnet_.host(1)) whose = "the gateway's address";
  if (address.is_v4() && address == subnet_.last()) whose = "the broadcast address";
  if (whose != nullptr) return fail("it is {} in this node's subnet {}: ask for another", whose, subnet);
  return {};
}

bool has_family(std::span<const AddressPool> pools, Family family) {
  return std::any_of(pools.begin(), pools.end(),
                     [family](const AddressPool& pool) { return pool.subnet().family() == family; });
}

}  // namespace weft
