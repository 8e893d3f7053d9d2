#include "subnet/mac_address.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace weft {

Result<MacAddress> MacAddress::parse(std::string_view text) {
  std::array<std::uint8_t, 6> bytes{};
  bool good = text.size() == 17;
  for (std::size_t i = 0; good && i < bytes.size(); ++i) {
    const char* pair = text.data() + 3 * i;
    const auto [end, error] = std::from_chars(pair, pair + 2, bytes[i], 16);
    good = error == std::errc{} && end == pair + 2 && (i == 5 || text[3 * i + 2] == ':');
  }
  if (!good) return fail("\"{}\" is no MAC address: six pairs of hex digits separated by ':'", text.substr(0, 64));
  return MacAddress(bytes);
}

MacAddress MacAddress::locally_administered(std::uint64_t random) {
  std::array<std::uint8_t, 6> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(random >> (40 - 8 * i));
  bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0xfcU) | 0x02U);
  return MacAddress(bytes);
}

bool MacAddress::is_unicast() const {
  const bool zero = std::ranges::all_of(bytes_, [](std::uint8_t byte) { return byte == 0; });
  return !zero && (bytes_[0] & 1U) == 0;
}

std::string MacAddress::to_string() const { return fmt::format("{:02x}", fmt::join(bytes_, ":")); }

}  // namespace weft
