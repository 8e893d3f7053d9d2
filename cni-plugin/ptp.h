// Attach mode "ptp": a routed veth pair for each pod, no bridge.
//
// The packet's view: the pod has /32 and /128 addresses and a default route by 169.254.1.1 and fe80::1, which
// nobody owns: permanent neighbour entries send to the host end's hardware address, where the host routes. Towards
// the pod the host has one route for each address and a permanent neighbour entry. So nobody ever asks by ARP or
// neighbour discovery, and no proxy_arp is needed.
#pragma once

#include "backend/netlink/socket.h"
#include "cni-plugin/pod_link.h"
#include "subnet/result.h"

namespace weft::cni::ptp {

// An address as the pod has it, with its gateway: 169.254.1.1 or fe80::1, whatever the node.
[[nodiscard]] PodAddress pod_address(const IpAddress& address);

// Sets the host's end up and routes to the pod. EEXIST: an address is routed elsewhere already.
[[nodiscard]] Result<> configure_host_end(netlink::Socket& host, const PodLink& link);

}  // namespace weft::cni::ptp
