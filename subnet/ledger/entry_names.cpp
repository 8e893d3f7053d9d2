#include "subnet/ledger/entry_names.h"

namespace weft {

namespace {

constexpr char kSeparator = ':';

}  // namespace

std::string name_of(const AttachmentKey& key) {
  return key.interface.empty() ? key.container_id : key.container_id + kSeparator + key.interface;
}

AttachmentKey key_of(const std::string& name) {
  const std::size_t colon = name.rfind(kSeparator);
  if (colon == std::string::npos || colon + 1 == name.size()) return {name, ""};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

std::string file_of(const AttachmentKey& key) { return fmt::format("{}/{}", kAttachmentsFolder, name_of(key)); }

std::string file_of(const IpAddress& address) { return fmt::format("{}/{}", kAddressesFolder, address.to_string()); }

}  // namespace weft
