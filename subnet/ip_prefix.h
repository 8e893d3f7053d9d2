// An address block: network address and prefix length, host bits always zero.
//
// A plain value: trivially copyable, no I/O, any thread. Two blocks relate as intervals: they are disjoint or
// one contains the other; blocks of different families never overlap. Index arithmetic is on 128 bits.
#pragma once

#include "subnet/ip_address.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

class IpPrefix {
 public:
  constexpr IpPrefix() = default;  // 0.0.0.0/0

  // "10.244.7.0/24". Host bits must be zero; the error names the canonical form.
  [[nodiscard]] static Result<IpPrefix> parse(std::string_view text);
  // Clears host bits. `length` above the family's width aborts: it is a programming mistake.
  [[nodiscard]] static IpPrefix containing(const IpAddress& address, unsigned length);

  [[nodiscard]] const IpAddress& address() const { return address_; }
  [[nodiscard]] unsigned length() const { return length_; }
  [[nodiscard]] Family family() const { return address_.family(); }
  [[nodiscard]] bool is_v4() const { return address_.is_v4(); }

  [[nodiscard]] bool contains(const IpAddress& address) const;
  [[nodiscard]] bool contains(const IpPrefix& other) const;
  [[nodiscard]] bool overlaps(const IpPrefix& other) const;

  // The n-th address of the block; nullopt past its end. host(0) is address().
  [[nodiscard]] std::optional<IpAddress> host(std::uint64_t n) const;
  [[nodiscard]] IpAddress last() const;

  // Division into aligned blocks of `block_length`, which is in [length(), address_bits].
  // The count saturates at 2^63.
  [[nodiscard]] std::uint64_t block_count(unsigned block_length) const;
  [[nodiscard]] IpPrefix block(unsigned block_length, std::uint64_t index) const;
  // The index of `block` among the aligned blocks of its own length; nullopt when it is not inside this one.
  [[nodiscard]] std::optional<std::uint64_t> index_of(const IpPrefix& block) const;

  [[nodiscard]] std::string to_string() const;

  // By family, network address, then length: a containing block sorts before what it contains.
  friend auto operator<=>(const IpPrefix&, const IpPrefix&) = default;

 private:
  IpPrefix(const IpAddress& address, unsigned length) : address_(address), length_(static_cast<std::uint8_t>(length)) {}

  IpAddress address_;
  std::uint8_t length_ = 0;
};

}  // namespace weft
