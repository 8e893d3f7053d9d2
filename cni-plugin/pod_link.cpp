#include "cni-plugin/pod_link.h"

#include "cni-plugin/stable_hash.h"

#include <algorithm>
#include <string_view>

namespace weft::cni {

namespace {

std::uint64_t hash_of(const AttachmentKey& key, std::string_view purpose) {
  return stable_hash({key.container_id, key.interface, purpose});
}

}  // namespace

std::string host_link_name(const AttachmentKey& key) {
  return fmt::format("wp{:012x}", hash_of(key, "name") & 0xffffffffffffULL);
}

PodLink pod_link_of(const AttachmentKey& key) {
  PodLink link;
  link.host_name = host_link_name(key);
  link.pod_name = key.interface;
  link.host_mac = MacAddress::locally_administered(hash_of(key, "host"));
  link.pod_mac = MacAddress::locally_administered(hash_of(key, "pod"));
  return link;
}

bool has_family(const PodLink& link, Family family) {
  return std::any_of(link.addresses.begin(), link.addresses.end(),
                     [family](const PodAddress& own) { return own.address.family() == family; });
}

}  // namespace weft::cni
