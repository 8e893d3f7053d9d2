// Names of the ledger's files, relative to its directory. Pure.
#pragma once

#include "subnet/ledger/attachment.h"

#include <string>

namespace weft {

[[nodiscard]] std::string file_of(const AttachmentKey& key);  // "attachments/<container id>:<interface>"
[[nodiscard]] std::string file_of(const IpAddress& address);  // "addresses/<address>"
// Of a name in attachments/; one that is none of ours has no interface part, and file_of() finds it all the same.
[[nodiscard]] AttachmentKey key_of(const std::string& name);

}  // namespace weft
