#include "cni-plugin/pod_check.h"

#include "backend/netlink/requests.h"
#include "cni-plugin/link_requests.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include <linux/rtnetlink.h>
#include <net/if.h>

namespace weft::cni {

namespace {

using netlink::AddressRecord;
using netlink::LinkRecord;
using netlink::Message;
using netlink::NeighbourRecord;
using netlink::RouteRecord;
using netlink::Socket;

// One side of the link, as the kernel has it.
struct Side {
  LinkRecord link;
  std::vector<AddressRecord> addresses;
  std::vector<RouteRecord> routes;
  std::vector<NeighbourRecord> neighbours;
};

template <class Record, class Parse>
Result<> append(Socket& socket, const Message& message, Parse parse, std::vector<Record>& records) {
  auto dumped = socket.dump(message, parse);
  if (!dumped) return std::unexpected(dumped.error());
  records.insert(records.end(), dumped->begin(), dumped->end());
  return {};
}

Result<std::optional<LinkRecord>> read_link(Socket& socket, const std::string& name) {
  Message message;
  netlink::write_get_link(message, name);
  const auto reply = socket.get(message);
  if (reply) return netlink::parse_link(reply->view());
  if (reply.error().code == ENODEV) return std::nullopt;
  return fail_with("link " + name, reply.error());
}

Result<> read_family(Socket& socket, Family family, Side& side) {
  const int index = side.link.index;
  Message message;
  netlink::write_dump_addresses(message, family, index);
  if (const auto read = append(socket, message, netlink::parse_address, side.addresses); !read) return read;
  netlink::write_dump_neighbours(message, family, index);
  if (const auto read = append(socket, message, netlink::parse_neighbour, side.neighbours); !read) return read;
  netlink::write_dump_routes(message, family, RT_TABLE_MAIN);
  return append(socket, message, netlink::parse_route, side.routes);
}

// nullopt when there is no such link.
Result<std::optional<Side>> read_side(Socket& socket, const std::string& name) {
  const auto answer = read_link(socket, name);
  if (!answer) return std::unexpected(answer.error());
  const std::optional<LinkRecord>& link = *answer;
  if (!link) return std::nullopt;
  Side side;
  side.link = *link;
  for (const Family family : {Family::v4, Family::v6}) {
    if (const auto read = read_family(socket, family, side); !read) return std::unexpected(read.error());
  }
  return side;
}

bool has_address(const Side& side, const IpAddress& address) {
  return std::any_of(side.addresses.begin(), side.addresses.end(), [&](const AddressRecord& record) {
    return record.link == side.link.index && record.address == address;
  });
}

bool has_route(const Side& side, const IpPrefix& destination, const std::optional<IpAddress>& gateway) {
  return std::any_of(side.routes.begin(), side.routes.end(), [&](const RouteRecord& record) {
    return record.destination == destination && record.hop.link == side.link.index && record.hop.gateway == gateway;
  });
}

bool has_neighbour(const Side& side, const IpAddress& address, const MacAddress& mac) {
  return std::any_of(side.neighbours.begin(), side.neighbours.end(), [&](const NeighbourRecord& record) {
    return record.link == side.link.index && record.address == address && record.mac == mac &&
           record.state == NUD_PERMANENT;
  });
}

void check_links(const PodLink& link, const LinkRecord& host, const LinkRecord& pod, std::vector<std::string>& faults) {
  if ((host.flags & IFF_UP) == 0) faults.push_back(fmt::format("{} on the host is down", link.host_name));
  if ((pod.flags & IFF_UP) == 0) faults.push_back(fmt::format("{} in the pod is down", link.pod_name));
  if (pod.mtu > host.mtu) {
    faults.push_back(fmt::format("{} in the pod has an MTU of {}, its host end {} only of {}", link.pod_name, pod.mtu,
                                 link.host_name, host.mtu));
  }
}

void check_address(const PodLink& link, const PodAddress& own, const Side& host, const Side& pod,
                   std::vector<std::string>& faults) {
  const IpAddress& address = own.address;
  const IpAddress& by = own.gateway;
  const std::string name = address.to_string();
  const auto expect = [&faults](bool there, std::string fault) {
    if (!there) faults.push_back(std::move(fault));
  };
  expect(has_address(pod, address), fmt::format("{} in the pod lacks the address {}", link.pod_name, name));
  expect(has_route(pod, IpPrefix::containing(by, 0), by),
         fmt::format("the pod has no default route by {} on {}", by.to_string(), link.pod_name));
  expect(
      has_neighbour(pod, by, host.link.mac),
      fmt::format("the pod has no permanent neighbour entry for {} with {}'s address", by.to_string(), link.host_name));
  expect(has_route(host, host_prefix(address), std::nullopt),
         fmt::format("the host has no route to {} by {}", name, link.host_name));
  expect(has_neighbour(host, address, pod.link.mac),
         fmt::format("the host has no permanent neighbour entry for {} with the pod's address", name));
}

}  // namespace

Result<std::vector<std::string>> find_faults(Socket& host, const Netns& pod, const PodLink& link) {
  auto pod_socket = pod.visit([] { return Socket::open(NETLINK_ROUTE); });
  if (!pod_socket) return std::unexpected(pod_socket.error());
  const auto host_answer = read_side(host, link.host_name);
  if (!host_answer) return std::unexpected(host_answer.error());
  const auto pod_answer = read_side(*pod_socket, link.pod_name);
  if (!pod_answer) return std::unexpected(pod_answer.error());
  const std::optional<Side>& host_side = *host_answer;
  const std::optional<Side>& pod_side = *pod_answer;

  std::vector<std::string> faults;
  if (!host_side) faults.push_back(fmt::format("there is no link {} on the host", link.host_name));
  if (!pod_side) faults.push_back(fmt::format("there is no link {} in the pod", link.pod_name));
  if (!host_side || !pod_side) return faults;
  check_links(link, host_side->link, pod_side->link, faults);
  for (const PodAddress& own : link.addresses) check_address(link, own, *host_side, *pod_side, faults);
  return faults;
}

}  // namespace weft::cni
