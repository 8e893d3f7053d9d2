// How fast a pod may send and receive: runtimeConfig's "bandwidth" (CNI conventions, dynamic plugin specific fields).
//
// Plain values and one netlink request. Each direction is a token bucket (net/sched/sch_tbf.c) at the end of the link
// where packets leave: towards the pod at the host's end, from the pod at the pod's end, where a full bucket holds the
// sending socket back instead of dropping its packets.
#pragma once

#include "backend/netlink/message.h"
#include "cni-plugin/failure.h"
#include "cni-plugin/json_document.h"

#include <cstdint>
#include <optional>

namespace weft::cni {

struct RateLimit {
  std::uint64_t rate = 0;   // bytes a second
  std::uint32_t burst = 0;  // bytes that may pass at once after a pause
  std::uint32_t queue = 0;  // bytes that wait before packets are dropped

  friend bool operator==(const RateLimit&, const RateLimit&) = default;
};

struct Bandwidth {
  std::optional<RateLimit> to_pod;    // "ingressRate", "ingressBurst"
  std::optional<RateLimit> from_pod;  // "egressRate", "egressBurst"
};

// Rates and bursts are in bits; 0 or missing: no limit. A burst is brought into the range in which the rate holds: what
// passes in a second at the most (container runtimes always send 4 Gbit, with which small limits never limit), 64 KiB
// at least (the largest packet that the kernel hands to a device). Code 7 names key, value and range.
[[nodiscard]] Outcome<Bandwidth> parse_bandwidth(const Json& document);

// Makes it the root queue of the link, in the place of any other.
void write_rate_limit(netlink::Message& message, int link, const RateLimit& limit);

}  // namespace weft::cni
