// A 48-bit Ethernet address (IEEE 802): six bytes, text form "0a:58:0a:f4:07:00".
// A plain value: trivially copyable, no I/O, any thread.
#pragma once

#include "subnet/result.h"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace weft {

class MacAddress {
 public:
  constexpr MacAddress() = default;  // all zero
  constexpr explicit MacAddress(const std::array<std::uint8_t, 6>& bytes) : bytes_(bytes) {}

  // Six pairs of hex digits separated by ':', any case.
  [[nodiscard]] static Result<MacAddress> parse(std::string_view text);
  // A unicast, locally administered address made of the low 48 bits of `random`.
  [[nodiscard]] static MacAddress locally_administered(std::uint64_t random);

  [[nodiscard]] const std::array<std::uint8_t, 6>& bytes() const { return bytes_; }
  // Neither all zero nor with the group bit set.
  [[nodiscard]] bool is_unicast() const;
  [[nodiscard]] std::string to_string() const;

  friend auto operator<=>(const MacAddress&, const MacAddress&) = default;

 private:
  std::array<std::uint8_t, 6> bytes_{};
};

}  // namespace weft
