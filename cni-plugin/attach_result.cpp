#include "cni-plugin/attach_result.h"

namespace weft::cni {

namespace {

// The lists of a previous result; missing ones are empty.
Outcome<Json> previous_lists(const NetConf& conf) {
  Json lists = {{"interfaces", Json::array()}, {"ips", Json::array()}, {"routes", Json::array()}};
  const Json* previous = member(conf.document, "prevResult");
  if (previous == nullptr || previous->is_null()) return lists;
  if (!previous->is_object()) return refuse(Code::invalid_configuration, "\"prevResult\" is not an object");
  Json result = *previous;
  for (const auto& [name, empty] : lists.items()) {
    const Json* list = member(result, name.c_str());
    if (list == nullptr || list->is_null()) {
      result[name] = empty;
    } else if (!list->is_array()) {
      return refuse(Code::invalid_configuration, "\"prevResult\": \"{}\" is not a list", name);
    }
  }
  return result;
}

Json interface_entry(const NetConf& conf, const PodLink& link, const std::string& name, const MacAddress& mac) {
  Json entry = {{"name", name}, {"mac", mac.to_string()}};
  if (conf.version >= SpecVersion::v1_1_0) entry["mtu"] = link.mtu;
  return entry;
}

Json address_entry(const NetConf& conf, const PodAddress& own, std::size_t interface) {
  Json entry = {{"address", fmt::format("{}/{}", own.address.to_string(), own.length)},
                {"gateway", own.gateway.to_string()},
                {"interface", interface}};
  // Dropped in 1.0.0.
  if (conf.version < SpecVersion::v1_0_0) entry["version"] = own.address.is_v4() ? "4" : "6";
  return entry;
}

Json default_route_entry(const NetConf& conf, const PodLink& link, const IpAddress& gateway) {
  Json entry = {{"dst", gateway.is_v4() ? "0.0.0.0/0" : "::/0"}, {"gw", gateway.to_string()}};
  if (conf.version >= SpecVersion::v1_1_0 && !gateway.is_v4() && link.ipv6_mtu != 0) entry["mtu"] = link.ipv6_mtu;
  return entry;
}

}  // namespace

Outcome<Json> attach_result(const NetConf& conf, const PodLink& link, const std::string& sandbox) {
  auto result = previous_lists(conf);
  if (!result) return result;
  (*result)["cniVersion"] = to_string(conf.version);

  Json& interfaces = (*result)["interfaces"];
  if (link.bridge) interfaces.push_back(interface_entry(conf, link, link.bridge->name, link.bridge->mac));
  interfaces.push_back(interface_entry(conf, link, link.host_name, link.host_mac));
  const std::size_t pod_end = interfaces.size();
  interfaces.push_back(interface_entry(conf, link, link.pod_name, link.pod_mac));
  interfaces.back()["sandbox"] = sandbox;

  for (const PodAddress& own : link.addresses) {
    (*result)["ips"].push_back(address_entry(conf, own, pod_end));
    (*result)["routes"].push_back(default_route_entry(conf, link, own.gateway));
  }
  if (const Json* dns = member(conf.document, "dns"); dns != nullptr && dns->is_object()) (*result)["dns"] = *dns;
  return result;
}

}  // namespace weft::cni
