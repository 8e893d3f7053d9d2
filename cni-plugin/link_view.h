// One link and what hangs on it, as the kernel has it.
//
// Plain values. Threading: as the socket, which is one of the link's namespace.
#pragma once

#include "backend/netlink/records.h"
#include "backend/netlink/socket.h"
#include "subnet/result.h"

#include <optional>
#include <string>
#include <vector>

namespace weft::cni {

struct LinkView {
  netlink::LinkRecord link;
  std::vector<netlink::AddressRecord> addresses;
  std::vector<netlink::RouteRecord> routes;  // of the main table, other links' too
  std::vector<netlink::NeighbourRecord> neighbours;

  [[nodiscard]] bool has_address(const IpAddress& address) const;
  [[nodiscard]] bool has_route(const IpPrefix& destination, const std::optional<IpAddress>& gateway) const;
  // By any link but this one.
  [[nodiscard]] bool has_route_elsewhere(const IpPrefix& destination) const;
  [[nodiscard]] bool has_permanent_neighbour(const IpAddress& address, const MacAddress& mac) const;
};

// nullopt when there is no such link.
[[nodiscard]] Result<std::optional<LinkView>> read_link_view(netlink::Socket& socket, const std::string& name);
// Of both families, link-local ones included.
[[nodiscard]] Result<std::vector<netlink::AddressRecord>> read_addresses(netlink::Socket& socket, int link);

}  // namespace weft::cni
