// The netlink requests for links of type veth that nothing but the plugin makes.
#pragma once

#include "backend/netlink/message.h"
#include "cni-plugin/pod_link.h"

#include <string_view>

namespace weft::cni {

// Both ends at once, each in its place, both down: moving an end into a namespace afterwards costs 16 ms of waiting
// for RCU. `pod_fd` is a descriptor of the pod's namespace. EEXIST: one of the names is taken.
void write_veth(netlink::Message& message, const PodLink& link, int pod_fd);
void write_link_up(netlink::Message& message, int index);
// ENODEV: there is no such link.
void write_remove_link(netlink::Message& message, std::string_view name);

}  // namespace weft::cni
