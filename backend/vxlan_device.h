// A VXLAN device in the kernel: created, compared, changed in place.
//
// Free functions over a socket; the kernel thread only. The device carries no IPv6 link-local address (address
// generation mode none): it is a tunnel's end, and routers' advertisements have no place on it.
#pragma once

#include "backend/kernel_values.h"
#include "backend/netlink/socket.h"

namespace weft {

// Creates `link`, or brings MTU, MAC and IFF_UP of the existing device to what it says. Other attributes that differ
// are EEXIST: the device must be removed first. So is another owner's device with the same VNI and port; the
// message names it. ENODEV: the uplink does not exist.
[[nodiscard]] Result<> put_vxlan_device(netlink::Socket& socket, const Link& link);

// The kernel's errors as they are; ENODEV when there is no such device.
[[nodiscard]] Result<> remove_device(netlink::Socket& socket, std::string_view name);

}  // namespace weft
