// What has become of a pod interface that attach_pod() made.
#pragma once

#include "backend/netlink/socket.h"
#include "cni-plugin/netns.h"
#include "cni-plugin/pod_link.h"
#include "subnet/result.h"

#include <string>
#include <vector>

namespace weft::cni {

// What is missing or wrong, a sentence each; empty when the pod has its network. `link` gives names and addresses.
// Hardware addresses and sizes are compared with each other, not with what they were: chained plugins may have
// changed them. Additional addresses and routes are theirs, too.
//
// In mode "bridge" the pod's gateways are those that the bridge has for its addresses now: those in `link` do not
// matter, for the lease may have changed since.
[[nodiscard]] Result<std::vector<std::string>> find_faults(netlink::Socket& host, const Netns& pod, PodLink link);

}  // namespace weft::cni
