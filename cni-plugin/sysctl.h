// Kernel parameters below /proc/sys/net, of the network namespace the calling thread is in.
#pragma once

#include "subnet/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace weft::cni {

// `name` as a path, "ipv4/ip_forward". Without the final newline. ENOENT: this kernel has no such parameter.
[[nodiscard]] Result<std::string> read_sysctl(const std::string& name);
// Writes only when the value differs: some writes have effects of their own, and read-only mounts are common.
[[nodiscard]] Result<> ensure_sysctl(const std::string& name, std::string_view value);

// Lets the host forward packets, which pods need; does nothing where forwarding is on. Switching IPv6 forwarding on
// makes the kernel ignore router advertisements and drop the routes learnt from them, unless accept_ra is 2
// (Documentation/networking/ip-sysctl): interfaces that live on them get that first.
[[nodiscard]] Result<> ensure_ipv4_forwarding();
[[nodiscard]] Result<> ensure_ipv6_forwarding();

}  // namespace weft::cni
