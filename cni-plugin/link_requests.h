// The netlink requests that nothing but the plugin makes, and small values they are made of.
//
// Threading: as the messages and sockets they are given.
#pragma once

#include "backend/netlink/pod_objects.h"
#include "backend/netlink/requests.h"
#include "backend/netlink/socket.h"
#include "cni-plugin/pod_link.h"
#include "subnet/result.h"

#include <string_view>

namespace weft::cni {

[[nodiscard]] IpPrefix host_prefix(const IpAddress& address);  // /32 or /128
[[nodiscard]] netlink::RouteRecord pod_route(int link, const IpPrefix& destination, std::uint8_t scope);
[[nodiscard]] netlink::NeighbourRecord permanent_neighbour(int link, const IpAddress& address, const MacAddress& mac);

// Both ends at once, each in its place, both down, unless the host's end is a port of a bridge, which is up then:
// moving an end into a namespace afterwards costs 16 ms of waiting for RCU. `pod_fd` is a descriptor of the pod's
// namespace. EEXIST: one of the names is taken.
void write_veth(netlink::Message& message, const PodLink& link, int pod_fd);
// EEXIST: there is a link of this name. It is up at once.
void write_bridge(netlink::Message& message, std::string_view name, const MacAddress& mac);
// Hairpin on, so that a pod reaches itself through a Service; isolation as told.
void write_bridge_port(netlink::Message& message, int index, bool isolated);
void write_link_up(netlink::Message& message, int index);
// ENODEV: there is no such link.
void write_remove_link(netlink::Message& message, std::string_view name);

// The first failure, told as one of `what`.
[[nodiscard]] Result<> execute(netlink::Socket& socket, netlink::Batch& batch, std::string_view what);

}  // namespace weft::cni
