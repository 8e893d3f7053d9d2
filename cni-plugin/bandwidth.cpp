#include "cni-plugin/bandwidth.h"

#include <algorithm>
#include <limits>

#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

namespace weft::cni {

namespace {

constexpr std::uint64_t kBitsAByte = 8;
constexpr std::uint64_t kMinRate = 1000;  // bit/s; below, one packet would take longer than a connection lives
constexpr std::uint64_t kMaxRate = 1'000'000'000'000'000;
constexpr std::uint64_t kMinBurst = 64 * std::uint64_t{1024};
constexpr std::uint64_t kMaxBurst = std::numeric_limits<std::uint32_t>::max() / 2;
constexpr std::uint64_t kQueuePerSecond = 40;  // 25 ms of queue, as the reference plugin

// A number of bits; 0 when there is none.
Outcome<std::uint64_t> read_bits(const Json& bandwidth, const char* key, std::uint64_t min, std::uint64_t max) {
  const Json* value = member(bandwidth, key);
  if (value == nullptr || value->is_null() || *value == 0) return 0;
  if (!value->is_number_unsigned() || *value < min || *value > max) {
    return refuse(Code::invalid_configuration,
                  "\"runtimeConfig\": \"bandwidth\": \"{}\" {}: must be a number of bits from {} to {}, or 0 for none",
                  key, to_text(*value), min, max);
  }
  return value->get<std::uint64_t>();
}

Outcome<std::optional<RateLimit>> read_limit(const Json& bandwidth, const char* rate_key, const char* burst_key) {
  const auto rate = read_bits(bandwidth, rate_key, kMinRate, kMaxRate);
  if (!rate) return std::unexpected(rate.error());
  const auto burst = read_bits(bandwidth, burst_key, 1, std::numeric_limits<std::uint64_t>::max());
  if (!burst) return std::unexpected(burst.error());
  if (*rate == 0) return std::nullopt;
  RateLimit limit;
  limit.rate = *rate / kBitsAByte;
  const std::uint64_t asked = *burst == 0 ? limit.rate / kQueuePerSecond : *burst / kBitsAByte;
  const std::uint64_t most = std::clamp(limit.rate, kMinBurst, kMaxBurst);
  limit.burst = static_cast<std::uint32_t>(std::clamp(asked, kMinBurst, most));
  limit.queue = limit.burst + static_cast<std::uint32_t>(std::min(limit.rate / kQueuePerSecond, kMaxBurst));
  return limit;
}

}  // namespace

Outcome<Bandwidth> parse_bandwidth(const Json& document) {
  const Json* bandwidth = member(document, "runtimeConfig", "bandwidth");
  if (bandwidth == nullptr || bandwidth->is_null()) return Bandwidth{};
  if (!bandwidth->is_object()) {
    return refuse(Code::invalid_configuration, "\"runtimeConfig\": \"bandwidth\" {}: must be an object",
                  to_text(*bandwidth));
  }
  const auto to_pod = read_limit(*bandwidth, "ingressRate", "ingressBurst");
  if (!to_pod) return std::unexpected(to_pod.error());
  const auto from_pod = read_limit(*bandwidth, "egressRate", "egressBurst");
  if (!from_pod) return std::unexpected(from_pod.error());
  return Bandwidth{*to_pod, *from_pod};
}

void write_rate_limit(netlink::Message& message, int link, const RateLimit& limit) {
  tcmsg header{};
  header.tcm_ifindex = link;
  header.tcm_parent = TC_H_ROOT;
  header.tcm_handle = TC_H_MAKE(1U << 16U, 0);
  message.start(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, header);
  message.put_string(TCA_KIND, "tbf");
  const auto options = message.nest(TCA_OPTIONS);
  tc_tbf_qopt parameters{};
  constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint32_t>::max();
  parameters.rate.rate = static_cast<std::uint32_t>(std::min(limit.rate, kUnlimited));
  // Told so, the kernel does without the table of transmission times that old ones were given.
  parameters.rate.linklayer = TC_LINKLAYER_ETHERNET;
  parameters.limit = limit.queue;
  message.put_bytes(TCA_TBF_PARMS, std::as_bytes(std::span(&parameters, 1)));
  message.put_u32(TCA_TBF_BURST, limit.burst);
  if (limit.rate >= kUnlimited) message.put_u64(TCA_TBF_RATE64, limit.rate);
}

}  // namespace weft::cni
