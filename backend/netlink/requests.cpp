#include "backend/netlink/requests.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace weft::netlink {

namespace {

constexpr std::uint16_t kPut = NLM_F_CREATE | NLM_F_REPLACE;
constexpr std::uint16_t kAdd = NLM_F_CREATE | NLM_F_EXCL;
constexpr std::uint16_t kRemove = 0;

std::uint8_t address_family(Family family) { return family == Family::v4 ? AF_INET : AF_INET6; }

void write_address(Message& message, std::uint16_t type, std::uint16_t flags, const AddressRecord& address) {
  ifaddrmsg header{};
  header.ifa_family = address_family(address.address.family());
  header.ifa_prefixlen = static_cast<std::uint8_t>(address.length);
  header.ifa_scope = address.scope;
  header.ifa_index = static_cast<std::uint32_t>(address.link);
  message.start(type, flags, header);
  message.put_address(IFA_LOCAL, address.address).put_address(IFA_ADDRESS, address.address);
}

ndmsg neighbour_header(std::uint8_t family, int link, std::uint16_t state, std::uint8_t flags) {
  ndmsg header{};
  header.ndm_family = family;
  header.ndm_ifindex = link;
  header.ndm_state = state;
  header.ndm_flags = flags;
  return header;
}

std::uint8_t neighbour_family(const NeighbourRecord& neighbour) { return address_family(neighbour.address.family()); }

rtmsg route_header(const RouteRecord& route) {
  rtmsg header{};
  header.rtm_family = address_family(route.destination.family());
  header.rtm_dst_len = static_cast<std::uint8_t>(route.destination.length());
  header.rtm_tos = route.tos;
  // Larger numbers go in RTA_TABLE, which then overrides.
  header.rtm_table = static_cast<std::uint8_t>(route.table == 0 ? std::uint32_t{RT_TABLE_MAIN} : route.table & 0xffU);
  header.rtm_protocol = route.protocol;
  header.rtm_scope = route.scope;
  header.rtm_type = route.type;
  header.rtm_flags = route.hop.onlink ? std::uint32_t{RTNH_F_ONLINK} : 0;
  return header;
}

void put_route_attributes(Message& message, const RouteRecord& route) {
  message.put_address(RTA_DST, route.destination.address());
  if (route.table > 0xff) message.put_u32(RTA_TABLE, route.table);
  if (route.metric != 0) message.put_u32(RTA_PRIORITY, route.metric);
  if (route.hop.link != 0) message.put_u32(RTA_OIF, static_cast<std::uint32_t>(route.hop.link));
  if (route.hop.gateway) message.put_address(RTA_GATEWAY, *route.hop.gateway);
}

void write_new_route(Message& message, std::uint16_t flags, const RouteRecord& route) {
  rtmsg header = route_header(route);
  if (header.rtm_type == RTN_UNSPEC) header.rtm_type = RTN_UNICAST;
  message.start(RTM_NEWROUTE, flags, header);
  put_route_attributes(message, route);
  if (route.source) message.put_address(RTA_PREFSRC, *route.source);
  if (route.mtu != 0) {
    const auto metrics = message.nest(RTA_METRICS);
    message.put_u32(RTAX_MTU, route.mtu);
  }
}

}  // namespace

void write_put(Message& message, const AddressRecord& address) {
  write_address(message, RTM_NEWADDR, kPut, address);
  const std::uint32_t no_detection = address.address.is_v4() ? 0 : IFA_F_NODAD;
  message.put_u32(IFA_FLAGS, address.flags | no_detection);
  if (address.protocol != 0) message.put_u8(IFA_PROTO, address.protocol);
}

void write_remove(Message& message, const AddressRecord& address) {
  write_address(message, RTM_DELADDR, kRemove, address);
}

void write_put(Message& message, const NeighbourRecord& neighbour) {
  const std::uint16_t state = neighbour.state == 0 ? std::uint16_t{NUD_PERMANENT} : neighbour.state;
  message.start(RTM_NEWNEIGH, kPut,
                neighbour_header(neighbour_family(neighbour), neighbour.link, state, neighbour.flags));
  message.put_address(NDA_DST, neighbour.address).put_mac(NDA_LLADDR, neighbour.mac);
}

void write_remove(Message& message, const NeighbourRecord& neighbour) {
  message.start(RTM_DELNEIGH, kRemove, neighbour_header(neighbour_family(neighbour), neighbour.link, 0, 0));
  message.put_address(NDA_DST, neighbour.address);
}

void write_put(Message& message, const FdbRecord& entry) {
  message.start(RTM_NEWNEIGH, kPut, neighbour_header(AF_BRIDGE, entry.link, NUD_PERMANENT, NTF_SELF));
  message.put_mac(NDA_LLADDR, entry.mac);
  if (entry.remote) message.put_address(NDA_DST, *entry.remote);
}

void write_remove(Message& message, const FdbRecord& entry) {
  message.start(RTM_DELNEIGH, kRemove, neighbour_header(AF_BRIDGE, entry.link, 0, NTF_SELF));
  message.put_mac(NDA_LLADDR, entry.mac);
  if (entry.remote) message.put_address(NDA_DST, *entry.remote);
}

void write_put(Message& message, const RouteRecord& route) { write_new_route(message, kPut, route); }

void write_add(Message& message, const RouteRecord& route) { write_new_route(message, kAdd, route); }

void write_remove(Message& message, const RouteRecord& route) {
  rtmsg header = route_header(route);
  header.rtm_scope = RT_SCOPE_NOWHERE;  // any; RT_SCOPE_UNIVERSE would be compared
  header.rtm_flags = 0;
  message.start(RTM_DELROUTE, kRemove, header);
  put_route_attributes(message, route);
}

void write_dump_links(Message& message) {
  message.start(RTM_GETLINK, NLM_F_DUMP, ifinfomsg{});
  message.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
}

void write_dump_addresses(Message& message, Family family, int link) {
  ifaddrmsg header{};
  header.ifa_family = address_family(family);
  header.ifa_index = static_cast<std::uint32_t>(link);
  message.start(RTM_GETADDR, NLM_F_DUMP, header);
}

void write_dump_neighbours(Message& message, Family family, int link) {
  message.start(RTM_GETNEIGH, NLM_F_DUMP, neighbour_header(address_family(family), 0, 0, 0));
  if (link != 0) message.put_u32(NDA_IFINDEX, static_cast<std::uint32_t>(link));
}

void write_dump_fdb(Message& message, int link) {
  message.start(RTM_GETNEIGH, NLM_F_DUMP, neighbour_header(AF_BRIDGE, 0, 0, 0));
  message.put_u32(NDA_IFINDEX, static_cast<std::uint32_t>(link));
}

void write_dump_routes(Message& message, Family family, std::uint32_t table) {
  rtmsg header{};
  header.rtm_family = address_family(family);
  message.start(RTM_GETROUTE, NLM_F_DUMP, header);
  message.put_u32(RTA_TABLE, table);
}

void write_get_link(Message& message, std::string_view name) {
  message.start(RTM_GETLINK, 0, ifinfomsg{});
  message.put_string(IFLA_IFNAME, name).put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
}

void write_get_route(Message& message, const IpAddress& address) {
  rtmsg header{};
  header.rtm_family = address_family(address.family());
  header.rtm_dst_len = static_cast<std::uint8_t>(address_bits(address.family()));
  message.start(RTM_GETROUTE, 0, header);
  message.put_address(RTA_DST, address);
}

}  // namespace weft::netlink
