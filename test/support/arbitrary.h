// RapidCheck generators of Weft's values.
#pragma once

#include "subnet/lease.h"

#include <rapidcheck.h>

#include <string>
#include <vector>

namespace rc {

template <>
struct Arbitrary<weft::IpAddress> {
  static Gen<weft::IpAddress> arbitrary() {
    return gen::mapcat(gen::arbitrary<bool>(), [](bool v4) {
      return gen::map(gen::container<std::vector<std::uint8_t>>(v4 ? 4 : 16, gen::arbitrary<std::uint8_t>()),
                      [](const std::vector<std::uint8_t>& bytes) { return weft::IpAddress::from_bytes(bytes); });
    });
  }
};

template <>
struct Arbitrary<weft::IpPrefix> {
  static Gen<weft::IpPrefix> arbitrary() {
    return gen::mapcat(gen::arbitrary<weft::IpAddress>(), [](weft::IpAddress address) {
      const auto width = weft::address_bits(address.family());
      return gen::map(gen::inRange(0U, width + 1),
                      [address](unsigned length) { return weft::IpPrefix::containing(address, length); });
    });
  }
};

template <>
struct Arbitrary<weft::MacAddress> {
  static Gen<weft::MacAddress> arbitrary() {
    return gen::map(gen::arbitrary<std::uint64_t>(), [](std::uint64_t bits) {
      std::array<std::uint8_t, 6> bytes{};
      for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(bits >> (8 * i));
      return weft::MacAddress(bytes);
    });
  }
};

}  // namespace rc

namespace weft {

// A prefix of one family; for values whose fields are bound to one.
inline rc::Gen<IpPrefix> prefix_of(Family family) {
  return rc::gen::suchThat(rc::gen::arbitrary<IpPrefix>(),
                           [family](const IpPrefix& prefix) { return prefix.family() == family; });
}

inline rc::Gen<IpAddress> address_of(Family family) {
  return rc::gen::suchThat(rc::gen::arbitrary<IpAddress>(),
                           [family](const IpAddress& address) { return address.family() == family; });
}

}  // namespace weft
