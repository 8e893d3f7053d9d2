#include "cni-plugin/pod_link.h"

#include "subnet/ledger/host_link.h"

#include <algorithm>

namespace weft::cni {

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
