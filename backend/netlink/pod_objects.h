// How the plugin's objects are told from everybody else's, by the plugin and by `weftd cleanup`.
#pragma once

#include "backend/netlink/records.h"

#include <cstdint>

namespace weft::netlink {

// rtm_protocol of the routes to pods, ifa_proto of the gateways on a bridge: not the daemon's (backend/ownership.h),
// which removes what it does not know.
inline constexpr std::uint8_t kPodProtocol = 88;

// The host's end of a pod's link: a veth called "wp" and 12 hex digits (subnet/ledger/host_link.h).
[[nodiscard]] bool is_pod_link(const LinkRecord& link);

}  // namespace weft::netlink
