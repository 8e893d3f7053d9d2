// Names of the ledger's files, relative to its directory. Pure, any thread.
#pragma once

#include "subnet/ledger/attachment.h"

#include <string>

namespace weft {

inline constexpr const char* kAttachmentsFolder = "attachments";
inline constexpr const char* kAddressesFolder = "addresses";
// Not the ledger's: what the CNI plugin keeps of pods that it had another plugin attach, by the same names.
inline constexpr const char* kDelegatesFolder = "delegates";

// "<container id>:<interface>". Neither part can hold ':' or '/'.
[[nodiscard]] std::string name_of(const AttachmentKey& key);
// The reverse; the interface is empty in that of a name that is none of ours, which name_of() gives back all the same.
[[nodiscard]] AttachmentKey key_of(const std::string& name);

[[nodiscard]] std::string file_of(const AttachmentKey& key);  // "attachments/<container id>:<interface>"
[[nodiscard]] std::string file_of(const IpAddress& address);  // "addresses/<address>"

}  // namespace weft
