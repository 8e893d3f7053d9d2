// The pod's end of its link: addresses, default routes, and what the pod must know of its gateways.
//
// Threading: one thread.
#pragma once

#include "backend/netlink/socket.h"
#include "cni-plugin/pod_link.h"
#include "subnet/result.h"

namespace weft::cni {

// To be called inside the pod's namespace, once the link is there; the socket goes on working outside. Switches IPv6
// on where the pod is to have it.
[[nodiscard]] Result<netlink::Socket> open_in_pod(const PodLink& link);

// `socket` as open_in_pod() has made it.
[[nodiscard]] Result<> configure_pod_end(netlink::Socket& socket, const PodLink& link);

}  // namespace weft::cni
