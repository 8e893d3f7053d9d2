#include "backend/pod_table/port_elements.h"

#include "backend/pod_table/skeleton.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace weft::pod_table {

namespace {

using netlink::nft::Element;
using netlink::nft::Tuple;

std::string comment_for(const Attachment& attachment) {
  if (attachment.pod_name.empty()) return attachment.key.container_id;
  return attachment.pod_namespace + '/' + attachment.pod_name;
}

PortElement mapping_element(const PortMapping& mapping, const IpAddress& pod, const std::string& comment) {
  const Family family = pod.family();
  Tuple key;
  const IpAddress* only = mapping.only_address();
  if (only != nullptr) key.add(*only);
  key.add_protocol(static_cast<std::uint8_t>(mapping.transport)).add_port(mapping.host_port);
  const char* map = only == nullptr ? ports_map(family) : address_ports_map(family);
  return {map, Element{std::move(key), Tuple().add(pod).add_port(mapping.pod_port), comment}, &mapping};
}

}  // namespace

std::vector<PortElement> port_elements(const Attachment& attachment, std::string_view bridge) {
  std::vector<PortElement> elements;
  std::set<std::pair<std::string_view, Tuple>> seen;
  const auto add = [&](PortElement element) {
    if (seen.emplace(element.set, element.element.key).second) elements.push_back(std::move(element));
  };
  const std::string comment = comment_for(attachment);
  for (const PortMapping& mapping : attachment.port_mappings) {
    for (const IpAddress& pod : attachment.addresses) {
      if (!mapping.covers(pod.family())) continue;
      add(mapping_element(mapping, pod, comment));
      add({hairpin_set(pod.family()), Element{Tuple().add(pod).add(pod), {}, comment}, nullptr});
    }
  }
  if (!elements.empty() && !bridge.empty()) {
    add({kBridges, Element{Tuple().add_link(bridge).add_link(bridge), {}, {}}, nullptr});
  }
  return elements;
}

std::string describe(const PortMapping& mapping) {
  std::string text = fmt::format("{}/{}", mapping.host_port, to_string(mapping.transport));
  if (mapping.host_address) text += " at " + mapping.host_address->to_string();
  return text;
}

std::string describe(const Attachment& attachment) {
  if (attachment.pod_name.empty()) return "container " + attachment.key.container_id;
  return fmt::format("{}/{} (container {})", attachment.pod_namespace, attachment.pod_name,
                     attachment.key.container_id);
}

}  // namespace weft::pod_table
