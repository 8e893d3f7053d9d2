#include "subnet/ledger/host_link.h"

#include "subnet/stable_hash.h"

#include <fmt/format.h>

namespace weft {

namespace {

constexpr std::string_view kPrefix = "wp";
constexpr std::size_t kDigits = 12;

}  // namespace

std::uint64_t hash_of(const AttachmentKey& key, std::string_view purpose) {
  return stable_hash({key.container_id, key.interface, purpose});
}

std::string host_link_name(const AttachmentKey& key) {
  return fmt::format("{}{:012x}", kPrefix, hash_of(key, "name") & 0xffffffffffffULL);
}

bool is_host_link_name(std::string_view name) {
  if (!name.starts_with(kPrefix) || name.size() != kPrefix.size() + kDigits) return false;
  return name.find_first_not_of("0123456789abcdef", kPrefix.size()) == std::string_view::npos;
}

}  // namespace weft
