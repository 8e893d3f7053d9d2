// The reading half of NetlinkKernel.
#include "backend/kernel_links.h"
#include "backend/netlink/requests.h"
#include "backend/netlink_kernel.h"

#include <algorithm>

#include <linux/rtnetlink.h>
#include <net/if.h>

namespace weft {

namespace {

using netlink::AddressRecord;
using netlink::FdbRecord;
using netlink::NeighbourRecord;
using netlink::RouteHop;
using netlink::RouteRecord;

// One dump a function. Filters are the kernel's; older kernels ignore them, so they are checked again.
class Reader {
 public:
  Reader(netlink::Socket& socket, netlink::Message& message) : socket_(socket), message_(message) {}

  Result<std::vector<AddressRecord>> addresses(Family family, int link = 0) {
    netlink::write_dump_addresses(message_, family, link);
    return dump_on(link, netlink::parse_address);
  }

  Result<std::vector<NeighbourRecord>> neighbours(Family family, int link) {
    netlink::write_dump_neighbours(message_, family, link);
    return dump_on(link, netlink::parse_neighbour);
  }

  Result<std::vector<FdbRecord>> fdb(int link) {
    netlink::write_dump_fdb(message_, link);
    return dump_on(link, netlink::parse_fdb);
  }

  Result<std::vector<RouteRecord>> main_routes(Family family) {
    netlink::write_dump_routes(message_, family, RT_TABLE_MAIN);
    return socket_.dump(message_, [](netlink::MessageView view) {
      auto route = netlink::parse_route(view);
      return route && route->table == RT_TABLE_MAIN ? std::move(route) : std::nullopt;
    });
  }

 private:
  template <class Record>
  Result<std::vector<Record>> dump_on(int link, std::optional<Record> (*parse)(netlink::MessageView)) {
    return socket_.dump(message_, [&](netlink::MessageView view) {
      auto record = parse(view);
      return record && (link == 0 || record->link == link) ? std::move(record) : std::nullopt;
    });
  }

  netlink::Socket& socket_;
  netlink::Message& message_;
};

// What lies on one own device, except its routes.
Result<> read_device(Reader& reader, const netlink::LinkRecord& device, KernelState& state) {
  for (const Family family : kFamilies) {
    const auto addresses = reader.addresses(family, device.index);
    if (!addresses) return std::unexpected(addresses.error());
    for (const auto& record : *addresses) {
      if (record.scope == RT_SCOPE_UNIVERSE) state.addresses.push_back({device.name, record.address, record.length});
    }
    const auto neighbours = reader.neighbours(family, device.index);
    if (!neighbours) return std::unexpected(neighbours.error());
    for (const auto& record : *neighbours) {
      if ((record.state & NUD_PERMANENT) != 0) state.neighbours.push_back({device.name, record.address, record.mac});
    }
  }
  const auto fdb = reader.fdb(device.index);
  if (!fdb) return std::unexpected(fdb.error());
  for (const auto& record : *fdb) {
    if (!record.remote || (record.state & NUD_PERMANENT) == 0) continue;
    // An entry with a port or VNI of its own sends elsewhere than it seems: shown as one to nowhere, so that it is
    // replaced or removed.
    state.fdb.push_back({device.name, record.mac, record.special ? IpAddress() : *record.remote});
  }
  return {};
}

Route route_value(const KernelLinks& links, const RouteRecord& record, const RouteHop& hop) {
  return {.destination = record.destination,
          .metric = record.metric,
          .link = links.name_of(hop.link),
          .gateway = hop.gateway,
          .onlink = hop.onlink};
}

bool is_own(const Ownership& ownership, const KernelLinks& links, const RouteRecord& record) {
  if (record.tos != 0) return false;  // another slot than any of ours
  if (record.protocol == kRouteProtocol) return true;
  if (record.protocol == RTPROT_KERNEL || record.protocol == RTPROT_RA) return false;
  const auto* link = links.find(record.hop.link);
  return link != nullptr && ownership.owns_device(link->name);
}

void add_route(const Ownership& ownership, const KernelLinks& links, const RouteRecord& record, KernelDump& dump) {
  if (is_own(ownership, links, record)) {
    // Weft makes plain unicast routes only: anything else shows no device, so that it is replaced or removed.
    const bool plain = record.type == RTN_UNICAST && record.other_hops.empty();
    dump.own.routes.push_back(route_value(links, record, plain ? record.hop : RouteHop{}));
    return;
  }
  dump.foreign_routes.push_back(route_value(links, record, record.hop));
  for (const auto& hop : record.other_hops) dump.foreign_routes.push_back(route_value(links, record, hop));
}

void add_default_routes(const KernelLinks& links, const std::vector<RouteRecord>& records, NodeFacts& facts) {
  const auto add = [&](const RouteRecord& record, const RouteHop& hop) {
    const auto at = std::ranges::upper_bound(facts.default_routes, record.metric, {}, &DefaultRoute::metric);
    facts.default_routes.insert(at, {.family = record.destination.family(),
                                     .link = links.name_of(hop.link),
                                     .gateway = hop.gateway,
                                     .metric = record.metric});
  };
  for (const auto& record : records) {
    if (record.destination.length() != 0 || record.type != RTN_UNICAST || record.hop.link == 0) continue;
    add(record, record.hop);
    for (const auto& hop : record.other_hops) add(record, hop);
  }
}

void add_interfaces(const KernelLinks& links, NodeFacts& facts) {
  for (const auto& record : links.records()) {
    Interface interface{.name = record.name,
                        .mtu = record.mtu,
                        .up = (record.flags & IFF_UP) != 0,
                        .loopback = (record.flags & IFF_LOOPBACK) != 0,
                        .vni = std::nullopt};
    if (record.vxlan) {
      interface.vni = record.vxlan->vni;
      interface.vxlan_port = record.vxlan->port;
    }
    facts.interfaces.push_back(std::move(interface));
  }
  std::ranges::sort(facts.interfaces, {}, &Interface::name);
}

void add_addresses(const KernelLinks& links, const std::vector<AddressRecord>& records, NodeFacts& facts) {
  for (const auto& record : records) {
    if ((record.flags & IFA_F_DADFAILED) != 0) continue;  // another host has it
    facts.addresses.push_back({.link = links.name_of(record.link),
                               .address = record.address,
                               .length = record.length,
                               .dynamic = (record.flags & IFA_F_PERMANENT) == 0,
                               // The bit means "secondary" for IPv4.
                               .temporary = !record.address.is_v4() && (record.flags & IFA_F_TEMPORARY) != 0,
                               .deprecated = (record.flags & IFA_F_DEPRECATED) != 0});
  }
}

}  // namespace

Result<KernelDump> NetlinkKernel::dump(const Ownership& ownership) {
  Reader reader(socket_, message_);
  const auto links = read_links(socket_);
  if (!links) return std::unexpected(links.error());
  KernelDump dump;
  for (const auto& name : ownership.devices) {
    const auto* device = links->find(std::string_view(name));
    if (device == nullptr) continue;
    dump.own.links.push_back(links->value_of(*device));
    if (const auto read = read_device(reader, *device, dump.own); !read) return fail_with("dump " + name, read.error());
  }
  for (const Family family : kFamilies) {
    const auto routes = reader.main_routes(family);
    if (!routes) return fail_with("dump routes", routes.error());
    for (const auto& record : *routes) add_route(ownership, *links, record, dump);
  }
  dump.own.normalise();
  std::ranges::sort(dump.foreign_routes);
  return dump;
}

Result<NodeFacts> NetlinkKernel::read_facts() {
  Reader reader(socket_, message_);
  const auto links = read_links(socket_);
  if (!links) return std::unexpected(links.error());
  NodeFacts facts;
  add_interfaces(*links, facts);
  for (const Family family : kFamilies) {
    const auto addresses = reader.addresses(family);
    if (!addresses) return fail_with("dump addresses", addresses.error());
    add_addresses(*links, *addresses, facts);
    const auto routes = reader.main_routes(family);
    if (!routes) return fail_with("dump routes", routes.error());
    add_default_routes(*links, *routes, facts);
  }
  return facts;
}

Result<std::string> NetlinkKernel::device_towards(const IpAddress& address) {
  netlink::write_get_route(message_, address);
  const auto reply = socket_.get(message_);
  if (!reply) return fail_with("route to " + address.to_string(), reply.error());
  const auto route = netlink::parse_route(reply->view());
  const auto links = read_links(socket_);
  if (!links) return std::unexpected(links.error());
  const auto* link = route ? links->find(route->hop.link) : nullptr;
  if (link == nullptr) return fail("route to {}: it names no device", address.to_string());
  return link->name;
}

}  // namespace weft
