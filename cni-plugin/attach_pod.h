// A pod's interface: a veth pair, made and removed as one.
//
// Threading: one thread; attach_pod() visits the pod's namespace. Nothing here sleeps: it waits for the kernel's
// answers and, where needed, for its notification that the link is usable (pod_ready.h).
#pragma once

#include "backend/netlink/socket.h"
#include "cni-plugin/netns.h"
#include "cni-plugin/pod_link.h"
#include "subnet/result.h"

#include <string>

namespace weft::cni {

// Makes the link and all that belongs to it, or nothing: what was made is removed again when a later step fails.
// `host` is a NETLINK_ROUTE socket of the host's namespace. EEXIST: one of the two names is taken, or an address is
// routed elsewhere already.
[[nodiscard]] Result<> attach_pod(netlink::Socket& host, const Netns& pod, const PodLink& link);

// Removes the host's end, and with it the pod's, the routes and neighbour entries. Success also when it is gone.
[[nodiscard]] Result<> detach_pod(netlink::Socket& host, const std::string& host_name);

[[nodiscard]] Result<bool> is_attached(netlink::Socket& host, const std::string& host_name);

}  // namespace weft::cni
