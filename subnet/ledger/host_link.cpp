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

std::string host_link_of(const AttachmentKey& key, const Result<Attachment>& entry) {
  return entry && !entry->host_link.empty() ? entry->host_link : host_link_name(key);
}

}  // namespace weft
