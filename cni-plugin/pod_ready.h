// The moment from which a pod's packets pass.
//
// When both ends of a veth are up, a kernel worker still has to activate the queue of the end that came up first, and
// another to enter the local route of an IPv6 address. That takes microseconds, but up to a second where the kernel
// thinks that it is not urgent (net/core/link_watch.c). Until then packets are dropped without a word.
#pragma once

#include "backend/netlink/socket.h"
#include "cni-plugin/netns.h"
#include "cni-plugin/pod_link.h"
#include "subnet/result.h"

namespace weft::cni {

// Waits for it, for at most two seconds: then all is configured and only the machine is slow, which a failed ADD,
// tried again, would make worse. `socket` is one of the pod's namespace.
[[nodiscard]] Result<> await_pod_ready(netlink::Socket& socket, const Netns& pod, const PodLink& link);

}  // namespace weft::cni
