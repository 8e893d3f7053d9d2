// Any file in the ledger's attachments/, its first line as its name: an error, or an entry that reads the same once
// written again.
#include "subnet/ledger/attachment.h"
#include "subnet/ledger/entry_names.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), size);
  const std::string name(text.substr(0, end));
  if (weft::name_of(weft::key_of(name)) != name) std::abort();
  const auto entry = weft::decode_attachment(text.substr(std::min(end + 1, size)));
  if (!entry) return 0;
  const auto again = weft::decode_attachment(weft::encode(*entry));
  if (!again || *again != *entry) std::abort();
  return 0;
}
