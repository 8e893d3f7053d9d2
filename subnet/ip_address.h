// One IPv4 or IPv6 address.
//
// A plain value: trivially copyable, no I/O, any thread. Bytes are in network order.
// Text form: dotted quad, and RFC 5952 for IPv6. An IPv4-mapped IPv6 address stays IPv6.
#pragma once

#include "subnet/result.h"

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weft {

enum class Family : std::uint8_t { v4, v6 };
inline constexpr std::array kFamilies{Family::v4, Family::v6};

[[nodiscard]] constexpr unsigned address_bits(Family family) { return family == Family::v4 ? 32U : 128U; }
[[nodiscard]] std::string_view to_string(Family family);  // "IPv4", "IPv6"

class IpAddress {
 public:
  constexpr IpAddress() = default;  // 0.0.0.0

  // Accepts exactly what inet_pton(3) accepts; no zone, no prefix length, no surrounding blanks.
  [[nodiscard]] static Result<IpAddress> parse(std::string_view text);
  [[nodiscard]] static IpAddress from_v4(std::uint32_t host_order);
  // `bytes` has 4 (IPv4) or 16 (IPv6) elements; anything else aborts: it is a programming mistake.
  [[nodiscard]] static IpAddress from_bytes(std::span<const std::uint8_t> bytes);

  [[nodiscard]] Family family() const { return family_; }
  [[nodiscard]] bool is_v4() const { return family_ == Family::v4; }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {bytes_.data(), is_v4() ? 4U : 16U}; }
  // IPv4 only: the address as a number in host order.
  [[nodiscard]] std::uint32_t to_v4() const;

  [[nodiscard]] bool is_unspecified() const;
  [[nodiscard]] bool is_loopback() const;    // 127.0.0.0/8, ::1
  [[nodiscard]] bool is_multicast() const;   // 224.0.0.0/4, ff00::/8
  [[nodiscard]] bool is_link_local() const;  // 169.254.0.0/16, fe80::/10
  // An address one host can own and others can send to: none of the above, not 255.255.255.255, not 0.0.0.0/8.
  [[nodiscard]] bool is_global_unicast() const;

  [[nodiscard]] std::string to_string() const;

  // IPv4 sorts before IPv6, then by bytes.
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  Family family_ = Family::v4;
  std::array<std::uint8_t, 16> bytes_{};  // IPv4 uses the first four, the rest stay zero
};

}  // namespace weft
