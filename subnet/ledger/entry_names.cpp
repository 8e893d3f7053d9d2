#include "subnet/ledger/entry_names.h"

namespace weft {

namespace {

constexpr char kSeparator = ':';

}  // namespace

std::string file_of(const AttachmentKey& key) {
  if (key.interface.empty()) return "attachments/" + key.container_id;
  return "attachments/" + key.container_id + kSeparator + key.interface;
}

std::string file_of(const IpAddress& address) { return "addresses/" + address.to_string(); }

AttachmentKey key_of(const std::string& name) {
  const std::size_t colon = name.rfind(kSeparator);
  if (colon == std::string::npos || colon + 1 == name.size()) return {name, ""};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

}  // namespace weft
