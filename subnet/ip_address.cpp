#include "subnet/ip_address.h"

#include <algorithm>
#include <cstdlib>

#include <arpa/inet.h>

namespace weft {

std::string_view to_string(Family family) { return family == Family::v4 ? "IPv4" : "IPv6"; }

Result<IpAddress> IpAddress::parse(std::string_view text) {
  // INET6_ADDRSTRLEN counts the final NUL; anything longer is no address.
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  // inet_pton reads up to a NUL; one inside the text would hide what follows it.
  if (text.size() < buffer.size() && text.find('\0') == std::string_view::npos) {
    std::ranges::copy(text, buffer.begin());
    IpAddress address;
    if (inet_pton(AF_INET, buffer.data(), address.bytes_.data()) == 1) return address;
    address.family_ = Family::v6;
    if (inet_pton(AF_INET6, buffer.data(), address.bytes_.data()) == 1) return address;
  }
  return fail("\"{}\" is no IP address", text.substr(0, 64));
}

IpAddress IpAddress::from_v4(std::uint32_t host_order) {
  IpAddress address;
  for (unsigned i = 0; i < 4; ++i) address.bytes_[i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
  return address;
}

IpAddress IpAddress::from_bytes(std::span<const std::uint8_t> bytes) {
  if (bytes.size() != 4 && bytes.size() != 16) std::abort();
  IpAddress address;
  address.family_ = bytes.size() == 4 ? Family::v4 : Family::v6;
  std::ranges::copy(bytes, address.bytes_.begin());
  return address;
}

std::uint32_t IpAddress::to_v4() const {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i) value = value << 8 | bytes_[i];
  return value;
}

bool IpAddress::is_unspecified() const {
  return std::ranges::all_of(bytes_, [](std::uint8_t byte) { return byte == 0; });
}

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes_[0] == 127;
  return bytes_[15] == 1 &&
         std::ranges::all_of(bytes_.begin(), bytes_.begin() + 15, [](auto byte) { return byte == 0; });
}

bool IpAddress::is_multicast() const { return is_v4() ? bytes_[0] >> 4 == 0xe : bytes_[0] == 0xff; }

bool IpAddress::is_link_local() const {
  if (is_v4()) return bytes_[0] == 169 && bytes_[1] == 254;
  return bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
}

bool IpAddress::is_global_unicast() const {
  if (is_unspecified() || is_loopback() || is_multicast() || is_link_local()) return false;
  return !is_v4() || (bytes_[0] != 0 && to_v4() != 0xffffffffU);
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  // glibc's form is RFC 5952's, down to "::ffff:192.0.2.1".
  inet_ntop(is_v4() ? AF_INET : AF_INET6, bytes_.data(), buffer.data(), buffer.size());
  return buffer.data();
}

}  // namespace weft
