// Which device and addresses carry the tunnel.
//
// Pure: NodeFacts and the operator's wishes in, one Uplink out. Wishes are tried in this order, the first that fits
// wins: --iface, --iface-regex, --iface-can-reach, the device that has --public-ip (or --public-ipv6), else the device
// of the default route with the lowest metric. Of a device's addresses the best of each family is taken: global before
// link-local, not temporary before temporary, permanent before dynamic, never deprecated ones, else in the kernel's
// order. Weft's own devices and loopback are never an uplink. Both families use one device.
#pragma once

#include "backend/node_facts.h"
#include "subnet/network_config.h"
#include "subnet/result.h"

#include <optional>
#include <string>
#include <vector>

namespace weft {

struct UplinkOptions {
  std::vector<std::string> interfaces;         // --iface: names or addresses
  std::vector<std::string> interface_regexes;  // --iface-regex: ECMAScript, matched against addresses, then names
  std::optional<std::string> device_towards;   // --iface-can-reach, as the kernel answered
  std::optional<IpAddress> public_ip;          // --public-ip
  std::optional<IpAddress> public_ip6;         // --public-ipv6
  // From the Node's annotations; they win over the flags, as Flannel's do.
  std::optional<IpAddress> overwrite_ip;
  std::optional<IpAddress> overwrite_ip6;
};

// Errors name what there is and what to do: no device fits, no address of an enabled family, an address that peers
// cannot send to, the pod network overlaps the uplink's own, an MTU too small for the pods.
[[nodiscard]] Result<Uplink> choose_uplink(const NodeFacts& facts, const UplinkOptions& options,
                                           const NetworkConfig& config);

// What does not stop Weft and will hurt: one sentence each, with the remedy. For the log, once.
[[nodiscard]] std::vector<std::string> uplink_warnings(const NodeFacts& facts, const NetworkConfig& config,
                                                       const Uplink& uplink);

}  // namespace weft
