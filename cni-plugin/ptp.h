// Attach mode "ptp": a routed veth pair for each pod, no bridge.
//
// The packet's view: the pod has /32 and /128 addresses and a default route by 169.254.1.1 and fe80::1, which
// nobody owns: permanent neighbour entries send to the host end's hardware address, where the host routes. Towards
// the pod the host has one route for each address and a permanent neighbour entry. So nobody ever asks by ARP or
// neighbour discovery, and no proxy_arp is needed.
//
// Threading: one thread; attach() visits the pod's namespace. Nothing here sleeps: it waits for the kernel's answers
// and, where needed, for its notification that the link is usable (pod_ready.h).
#pragma once

#include "backend/netlink/socket.h"
#include "cni-plugin/netns.h"
#include "cni-plugin/pod_link.h"
#include "subnet/result.h"

namespace weft::cni::ptp {

// The gateways as the pod sees them, whatever the node: 169.254.1.1 and fe80::1.
[[nodiscard]] IpAddress gateway(Family family);

// rtm_protocol of the routes to pods: not the daemon's (backend/ownership.h), which removes what it does not know.
inline constexpr std::uint8_t kPodRouteProtocol = 88;

// Makes the link and all that belongs to it, or nothing: what was made is removed again when a later step fails.
// `host` is a NETLINK_ROUTE socket of the host's namespace. EEXIST: one of the two names is taken, or an address is
// routed elsewhere already.
[[nodiscard]] Result<> attach(netlink::Socket& host, const Netns& pod, const PodLink& link);

// Removes the host's end, and with it the pod's, the routes and neighbour entries. Success also when it is gone.
[[nodiscard]] Result<> detach(netlink::Socket& host, const std::string& host_name);

[[nodiscard]] Result<bool> exists(netlink::Socket& host, const std::string& host_name);

}  // namespace weft::cni::ptp
