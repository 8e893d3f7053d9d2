#include "cni-plugin/link_view.h"

#include "backend/netlink/find_link.h"
#include "backend/netlink/requests.h"

#include <algorithm>

#include <linux/rtnetlink.h>

namespace weft::cni {

namespace {

using netlink::AddressRecord;
using netlink::Message;
using netlink::NeighbourRecord;
using netlink::RouteRecord;
using netlink::Socket;

template <class Record, class Parse>
Result<> append(Socket& socket, const Message& message, Parse parse, std::vector<Record>& records) {
  auto dumped = socket.dump(message, parse);
  if (!dumped) return std::unexpected(dumped.error());
  records.insert(records.end(), dumped->begin(), dumped->end());
  return {};
}

Result<> read_family(Socket& socket, Family family, LinkView& view) {
  Message message;
  netlink::write_dump_neighbours(message, family, view.link.index);
  if (const auto read = append(socket, message, netlink::parse_neighbour, view.neighbours); !read) return read;
  netlink::write_dump_routes(message, family, RT_TABLE_MAIN);
  return append(socket, message, netlink::parse_route, view.routes);
}

}  // namespace

bool LinkView::has_address(const IpAddress& address) const {
  return std::any_of(addresses.begin(), addresses.end(), [&](const AddressRecord& record) {
    return record.link == link.index && record.address == address;
  });
}

bool LinkView::has_route(const IpPrefix& destination, const std::optional<IpAddress>& gateway) const {
  return std::any_of(routes.begin(), routes.end(), [&](const RouteRecord& record) {
    return record.destination == destination && record.hop.link == link.index && record.hop.gateway == gateway;
  });
}

bool LinkView::has_route_elsewhere(const IpPrefix& destination) const {
  return std::any_of(routes.begin(), routes.end(), [&](const RouteRecord& record) {
    return record.destination == destination && record.hop.link != link.index && record.hop.gateway;
  });
}

bool LinkView::has_permanent_neighbour(const IpAddress& address, const MacAddress& mac) const {
  return std::any_of(neighbours.begin(), neighbours.end(), [&](const NeighbourRecord& record) {
    return record.link == link.index && record.address == address && record.mac == mac && record.state == NUD_PERMANENT;
  });
}

Result<std::vector<AddressRecord>> read_addresses(Socket& socket, int link) {
  std::vector<AddressRecord> addresses;
  Message message;
  for (const Family family : {Family::v4, Family::v6}) {
    netlink::write_dump_addresses(message, family, link);
    const auto read = append(socket, message, netlink::parse_address, addresses);
    if (!read) return std::unexpected(read.error());
  }
  return addresses;
}

Result<std::optional<LinkView>> read_link_view(Socket& socket, const std::string& name) {
  const auto found = netlink::find_link(socket, name);
  if (!found) return std::unexpected(found.error());
  const auto& link = *found;
  if (!link) return std::nullopt;
  LinkView view;
  view.link = *link;
  auto addresses = read_addresses(socket, view.link.index);
  if (!addresses) return std::unexpected(addresses.error());
  view.addresses = *std::move(addresses);
  for (const Family family : {Family::v4, Family::v6}) {
    if (const auto read = read_family(socket, family, view); !read) return std::unexpected(read.error());
  }
  return view;
}

}  // namespace weft::cni
