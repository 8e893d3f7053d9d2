// Any text as everything a Node can say: what is read is sound, and says the same once written again.
#include "subnet/node_codec.h"

#include <cstdlib>
#include <string_view>

namespace {

template <class T>
void check(const weft::Result<T>& value, weft::Result<T> (*decode)(std::string_view)) {
  if (!value) return;
  const auto again = decode(weft::encode(*value));
  if (!again || *again != *value) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto keys = weft::AnnotationKeys::under("weft.network").value();
  const std::string text(reinterpret_cast<const char*>(data), size);
  check(weft::decode_claim(text), weft::decode_claim);
  check(weft::decode_lease(text), weft::decode_lease);
  check(weft::decode_vtep(text), weft::decode_vtep);
  weft::RawNode node{.name = text, .uid = text, .resource_version = text, .pod_cidrs = {text}};
  for (const auto* key :
       {&keys.claim, &keys.lease, &keys.vtep, &keys.public_ip_overwrite, &keys.public_ipv6_overwrite, &keys.reserve})
    node.annotations.emplace_back(*key, text);
  for (const auto& problem : weft::decode_node(node, keys).problems)
    if (problem.size() > 512) std::abort();
  return 0;
}
