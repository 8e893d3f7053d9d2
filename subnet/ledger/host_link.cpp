#include "subnet/ledger/host_link.h"

#include "subnet/stable_hash.h"

#include <fmt/format.h>

namespace weft {

std::uint64_t hash_of(const AttachmentKey& key, std::string_view purpose) {
  return stable_hash({key.container_id, key.interface, purpose});
}

std::string host_link_name(const AttachmentKey& key) {
  return fmt::format("wp{:012x}", hash_of(key, "name") & 0xffffffffffffULL);
}

}  // namespace weft
