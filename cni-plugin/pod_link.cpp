#include "cni-plugin/pod_link.h"

#include <algorithm>
#include <string_view>

namespace weft::cni {

namespace {

// FNV-1a, 64 bit, with a final mix: container ids are random already, what matters is that every bit counts.
// Fixed for ever: the names of living links are made of it.
std::uint64_t hash_of(const AttachmentKey& key, std::string_view purpose) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const std::string_view part : {std::string_view(key.container_id), std::string_view(key.interface), purpose}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    hash = (hash ^ 0xffU) * 0x100000001b3ULL;  // no byte of a part: "ab" + "c" is not "a" + "bc"
  }
  hash ^= hash >> 33U;
  hash *= 0xff51afd7ed558ccdULL;
  return hash ^ (hash >> 33U);
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
