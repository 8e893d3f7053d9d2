#include "test/support/kernel_objects.h"

#include "backend/netlink/find_link.h"
#include "backend/netlink/requests.h"

#include <cstdlib>
#include <stdexcept>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

namespace weft::test {

namespace {

using netlink::Message;

template <class T>
T value_or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

ifinfomsg up_header(bool up) {
  ifinfomsg header{};
  header.ifi_flags = up ? IFF_UP : 0;
  header.ifi_change = IFF_UP;
  return header;
}

netlink::AddressRecord address_record(int link, std::string_view prefix) {
  const auto slash = prefix.find('/');
  const auto address = value_or_throw(IpAddress::parse(prefix.substr(0, slash)));
  const auto length = std::strtoul(std::string(prefix.substr(slash + 1)).c_str(), nullptr, 10);
  return {.link = link, .address = address, .length = static_cast<unsigned>(length)};
}

netlink::RouteRecord route_record(int link, const Route& route, std::uint8_t protocol) {
  return {.destination = route.destination,
          .protocol = protocol,
          .scope = static_cast<std::uint8_t>(route.gateway || !route.destination.is_v4() ? RT_SCOPE_UNIVERSE
                                                                                         : RT_SCOPE_LINK),
          .metric = route.metric,
          .hop = {.link = link, .gateway = route.gateway, .onlink = route.onlink}};
}

}  // namespace

OtherHand::OtherHand() : socket_(value_or_throw(netlink::Socket::open(NETLINK_ROUTE))) {}

void OtherHand::run(const Message& message) {
  if (const auto done = socket_.request(message); !done) throw std::runtime_error(done.error().message);
}

int OtherHand::index_of(const std::string& link) { return value_or_throw(netlink::get_link(socket_, link)).index; }

void OtherHand::add_veth(const std::string& name, std::uint32_t mtu) {
  Message message;
  message.start(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, up_header(true));
  message.put_string(IFLA_IFNAME, name).put_u32(IFLA_MTU, mtu);
  {
    const auto info = message.nest(IFLA_LINKINFO);
    message.put_string(IFLA_INFO_KIND, "veth");
    const auto data = message.nest(IFLA_INFO_DATA);
    const auto peer = message.nest(VETH_INFO_PEER);
    message.put_header(ifinfomsg{}).put_string(IFLA_IFNAME, name + "-peer").put_u32(IFLA_MTU, mtu);
  }
  run(message);
  set_up(name + "-peer", true);
}

void OtherHand::add_vxlan(const std::string& name, std::uint32_t vni, std::uint16_t port, const std::string& uplink) {
  const int lower = index_of(uplink);
  Message message;
  message.start(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, up_header(true));
  message.put_string(IFLA_IFNAME, name);
  {
    const auto info = message.nest(IFLA_LINKINFO);
    message.put_string(IFLA_INFO_KIND, "vxlan");
    const auto data = message.nest(IFLA_INFO_DATA);
    message.put_u32(IFLA_VXLAN_ID, vni).put_be16(IFLA_VXLAN_PORT, port);
    message.put_u32(IFLA_VXLAN_LINK, static_cast<std::uint32_t>(lower));
  }
  run(message);
}

void OtherHand::add_bridge(const std::string& name) {
  Message message;
  message.start(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, up_header(true));
  message.put_string(IFLA_IFNAME, name);
  {
    const auto info = message.nest(IFLA_LINKINFO);
    message.put_string(IFLA_INFO_KIND, "bridge");
  }
  run(message);
}

void OtherHand::remove_link(const std::string& name) {
  Message message;
  message.start(RTM_DELLINK, 0, ifinfomsg{});
  message.put_string(IFLA_IFNAME, name);
  run(message);
}

void OtherHand::set_up(const std::string& name, bool up) {
  Message message;
  message.start(RTM_NEWLINK, 0, up_header(up));
  message.put_string(IFLA_IFNAME, name);
  run(message);
}

void OtherHand::set_mtu(const std::string& name, std::uint32_t mtu) {
  Message message;
  message.start(RTM_NEWLINK, 0, ifinfomsg{});
  message.put_string(IFLA_IFNAME, name).put_u32(IFLA_MTU, mtu);
  run(message);
}

void OtherHand::set_mac(const std::string& name, const MacAddress& mac) {
  Message message;
  message.start(RTM_NEWLINK, 0, ifinfomsg{});
  message.put_string(IFLA_IFNAME, name).put_mac(IFLA_ADDRESS, mac);
  run(message);
}

void OtherHand::add_address(const std::string& link, std::string_view prefix) {
  Message message;
  netlink::write_put(message, address_record(index_of(link), prefix));
  run(message);
}

void OtherHand::remove_address(const std::string& link, std::string_view prefix) {
  Message message;
  netlink::write_remove(message, address_record(index_of(link), prefix));
  run(message);
}

void OtherHand::remove(const Neighbour& neighbour) {
  Message message;
  netlink::write_remove(message,
                        netlink::NeighbourRecord{.link = index_of(neighbour.link), .address = neighbour.address});
  run(message);
}

void OtherHand::remove(const FdbEntry& entry) {
  Message message;
  netlink::write_remove(message, netlink::FdbRecord{.link = index_of(entry.link), .mac = entry.mac});
  run(message);
}

void OtherHand::add_route(const Route& route, std::uint8_t protocol) {
  Message message;
  netlink::write_put(message, route_record(index_of(route.link), route, protocol));
  run(message);
}

void OtherHand::remove_route(const Route& route) {
  Message message;
  netlink::write_remove(message, route_record(index_of(route.link), route, 0));
  run(message);
}

}  // namespace weft::test
