#include "cni-plugin/link_requests.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

namespace weft::cni {

IpPrefix host_prefix(const IpAddress& address) { return IpPrefix::containing(address, address_bits(address.family())); }

netlink::RouteRecord pod_route(int link, const IpPrefix& destination, std::uint8_t scope) {
  netlink::RouteRecord route;
  route.destination = destination;
  route.protocol = netlink::kPodProtocol;
  route.scope = scope;
  route.hop.link = link;
  return route;
}

netlink::NeighbourRecord permanent_neighbour(int link, const IpAddress& address, const MacAddress& mac) {
  netlink::NeighbourRecord neighbour;
  neighbour.link = link;
  neighbour.address = address;
  neighbour.mac = mac;
  return neighbour;
}

void write_veth(netlink::Message& message, const PodLink& link, int pod_fd) {
  ifinfomsg header{};
  if (link.bridge) header.ifi_flags = header.ifi_change = IFF_UP;
  message.start(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, header);
  message.put_string(IFLA_IFNAME, link.host_name).put_u32(IFLA_MTU, link.mtu).put_mac(IFLA_ADDRESS, link.host_mac);
  if (link.bridge) message.put_u32(IFLA_MASTER, static_cast<std::uint32_t>(link.bridge->index));
  const auto info = message.nest(IFLA_LINKINFO);
  message.put_string(IFLA_INFO_KIND, "veth");
  const auto data = message.nest(IFLA_INFO_DATA);
  const auto peer = message.nest(VETH_INFO_PEER);
  message.put_header(ifinfomsg{});
  message.put_string(IFLA_IFNAME, link.pod_name).put_u32(IFLA_MTU, link.mtu).put_mac(IFLA_ADDRESS, link.pod_mac);
  message.put_u32(IFLA_NET_NS_FD, static_cast<std::uint32_t>(pod_fd));
}

void write_bridge(netlink::Message& message, std::string_view name, const MacAddress& mac) {
  ifinfomsg header{};
  header.ifi_flags = header.ifi_change = IFF_UP;
  message.start(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, header);
  message.put_string(IFLA_IFNAME, name).put_mac(IFLA_ADDRESS, mac);
  const auto info = message.nest(IFLA_LINKINFO);
  message.put_string(IFLA_INFO_KIND, "bridge");
}

void write_bridge_port(netlink::Message& message, int index, bool isolated) {
  ifinfomsg header{};
  header.ifi_index = index;
  message.start(RTM_NEWLINK, 0, header);
  const auto info = message.nest(IFLA_LINKINFO);
  message.put_string(IFLA_INFO_SLAVE_KIND, "bridge");
  const auto port = message.nest(IFLA_INFO_SLAVE_DATA);
  message.put_u8(IFLA_BRPORT_MODE, 1).put_u8(IFLA_BRPORT_ISOLATED, isolated ? 1 : 0);
}

void write_link_up(netlink::Message& message, int index) {
  ifinfomsg header{};
  header.ifi_index = index;
  header.ifi_flags = IFF_UP;
  header.ifi_change = IFF_UP;
  message.start(RTM_NEWLINK, 0, header);
}

void write_remove_link(netlink::Message& message, std::string_view name) {
  message.start(RTM_DELLINK, 0, ifinfomsg{});
  message.put_string(IFLA_IFNAME, name);
}

Result<> execute(netlink::Socket& socket, netlink::Batch& batch, std::string_view what) {
  for (const Result<>& result : socket.execute(batch)) {
    if (!result) return fail_with(what, result.error());
  }
  return {};
}

}  // namespace weft::cni
