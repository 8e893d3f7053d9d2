#include "subnet/ip_prefix.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace weft {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kCountLimit = std::uint64_t{1} << 63;

Wide number(const IpAddress& address) {
  Wide value = 0;
  for (auto byte : address.bytes()) value = value << 8 | byte;
  return value;
}

IpAddress address_of(Family family, Wide value) {
  std::array<std::uint8_t, 16> bytes{};
  const std::size_t size = address_bits(family) / 8;
  for (std::size_t i = size; i-- > 0; value >>= 8) bytes[i] = static_cast<std::uint8_t>(value & 0xff);
  return IpAddress::from_bytes(std::span(bytes).first(size));
}

// A shift by the full width is undefined in C++.
Wide shift_left(Wide value, unsigned bits) { return bits >= 128 ? 0 : value << bits; }
Wide shift_right(Wide value, unsigned bits) { return bits >= 128 ? 0 : value >> bits; }

Wide host_mask(Family family, unsigned length) {
  const unsigned host_bits = address_bits(family) - length;
  return shift_left(1, host_bits) - 1;  // wraps to all ones at 128 host bits
}

}  // namespace

Result<IpPrefix> IpPrefix::parse(std::string_view text) {
  const auto shown = text.substr(0, 64);
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return fail("\"{}\" is no prefix: write it as address/length", shown);
  auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::unexpected(address.error());

  const auto digits = text.substr(slash + 1);
  unsigned length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  const bool canonical_number = digits.size() == 1 || (!digits.empty() && digits.front() != '0');
  const unsigned width = address_bits(address->family());
  if (error != std::errc{} || end != digits.data() + digits.size() || !canonical_number || length > width)
    return fail("\"{}\": the prefix length is a number from 0 to {}", shown, width);

  const auto prefix = containing(*address, length);
  if (prefix.address() != *address)
    return fail("\"{}\" has host bits set: did you mean {}?", shown, prefix.to_string());
  return prefix;
}

IpPrefix IpPrefix::containing(const IpAddress& address, unsigned length) {
  if (length > address_bits(address.family())) std::abort();
  return {address_of(address.family(), number(address) & ~host_mask(address.family(), length)), length};
}

bool IpPrefix::contains(const IpAddress& address) const {
  return address.family() == family() && containing(address, length_).address_ == address_;
}

bool IpPrefix::contains(const IpPrefix& other) const { return other.length_ >= length_ && contains(other.address_); }

bool IpPrefix::overlaps(const IpPrefix& other) const { return contains(other) || other.contains(*this); }

std::optional<IpAddress> IpPrefix::host(std::uint64_t n) const {
  if (n > host_mask(family(), length_)) return std::nullopt;
  return address_of(family(), number(address_) + n);
}

IpAddress IpPrefix::last() const { return address_of(family(), number(address_) | host_mask(family(), length_)); }

std::uint64_t IpPrefix::block_count(unsigned block_length) const {
  const unsigned bits = block_length - length_;
  return bits >= 63 ? kCountLimit : std::uint64_t{1} << bits;
}

IpPrefix IpPrefix::block(unsigned block_length, std::uint64_t index) const {
  const unsigned host_bits = address_bits(family()) - block_length;
  return {address_of(family(), number(address_) + shift_left(index, host_bits)), block_length};
}

std::optional<std::uint64_t> IpPrefix::index_of(const IpPrefix& block) const {
  if (!contains(block)) return std::nullopt;
  const unsigned host_bits = address_bits(family()) - block.length_;
  const Wide index = shift_right(number(block.address_) - number(address_), host_bits);
  return static_cast<std::uint64_t>(std::min<Wide>(index, ~std::uint64_t{0}));
}

std::string IpPrefix::to_string() const { return fmt::format("{}/{}", address_.to_string(), length_); }

}  // namespace weft
