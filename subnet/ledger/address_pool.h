// The addresses of one subnet that pods may get, numbered from 0.
//
// A plain value: no I/O, any thread. Never in the pool: the network address (the overlay device has it), the
// address after it (the subnet's own in subnet.env, a gateway by habit) and, of IPv4, the last (broadcast).
#pragma once

#include "subnet/ip_prefix.h"

#include <cstdint>
#include <optional>
#include <span>

namespace weft {

class AddressPool {
 public:
  // Fails when nothing is left: smaller than /30, or than /126.
  [[nodiscard]] static Result<AddressPool> of(const IpPrefix& subnet);

  [[nodiscard]] const IpPrefix& subnet() const { return subnet_; }
  // At most 2^32: of a larger IPv6 subnet only the beginning is used.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  // `index` in [0, size()).
  [[nodiscard]] IpAddress at(std::uint64_t index) const;
  [[nodiscard]] std::optional<std::uint64_t> index_of(const IpAddress& address) const;
  // Whether a pod that asks for this address may have it; the error says why not. Also beyond size().
  [[nodiscard]] Result<> check(const IpAddress& address) const;

 private:
  AddressPool(const IpPrefix& subnet, std::uint64_t size) : subnet_(subnet), size_(size) {}

  IpPrefix subnet_;
  std::uint64_t size_;
};

[[nodiscard]] bool has_family(std::span<const AddressPool> pools, Family family);

}  // namespace weft
