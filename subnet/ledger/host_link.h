// The name of the host's end of a pod's link.
//
// Pure, any thread. The name follows from the attachment's key alone, so that whoever knows one of the two finds the
// link, whatever became of the other.
#pragma once

#include "subnet/ledger/attachment.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace weft {

// A hash of the key, another one for each purpose. Fixed for ever: the names of living links are made of it.
[[nodiscard]] std::uint64_t hash_of(const AttachmentKey& key, std::string_view purpose);

// "wp" and 12 hex digits of hash_of(key, "name"): no pod's other links and no overlay device have such a name.
[[nodiscard]] std::string host_link_name(const AttachmentKey& key);

// What an entry of the ledger says it is called, and where that cannot be read or says nothing, what it should be.
[[nodiscard]] std::string host_link_of(const AttachmentKey& key, const Result<Attachment>& entry);

}  // namespace weft
