// A hash that names and hardware addresses of living links are made of: fixed for ever.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace weft {

// FNV-1a, 64 bit, with a final mix: container ids are random already, what matters is that every bit counts. Where one
// part ends and the next begins counts, too.
[[nodiscard]] constexpr std::uint64_t stable_hash(std::initializer_list<std::string_view> parts) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const std::string_view part : parts) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    hash = (hash ^ 0xffU) * 0x100000001b3ULL;  // no byte of a part: "ab" + "c" is not "a" + "bc"
  }
  hash ^= hash >> 33U;
  hash *= 0xff51afd7ed558ccdULL;
  return hash ^ (hash >> 33U);
}

}  // namespace weft
