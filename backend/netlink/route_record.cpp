#include "backend/netlink/records.h"

#include <algorithm>

#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace weft::netlink {

namespace {

// RTA_VIA: a gateway of another family than the destination's (RFC 5549).
std::optional<IpAddress> parse_via(std::span<const std::byte> payload) {
  constexpr std::size_t kFamily = sizeof(rtvia::rtvia_family);
  if (payload.size() != kFamily + 4 && payload.size() != kFamily + 16) return std::nullopt;
  const auto* first = reinterpret_cast<const std::uint8_t*>(payload.data());
  return IpAddress::from_bytes({first + kFamily, payload.size() - kFamily});
}

std::optional<IpAddress> parse_gateway(const Attributes& attributes) {
  const auto gateway = attributes.address(RTA_GATEWAY);
  return gateway ? gateway : parse_via(attributes.bytes(RTA_VIA));
}

std::vector<RouteHop> parse_hops(std::span<const std::byte> payload) {
  std::vector<RouteHop> hops;
  while (payload.size() >= sizeof(rtnexthop)) {
    const auto& hop = *reinterpret_cast<const rtnexthop*>(payload.data());
    if (hop.rtnh_len < sizeof(rtnexthop) || hop.rtnh_len > payload.size()) break;
    const Attributes attributes(payload.subspan(sizeof(rtnexthop), hop.rtnh_len - sizeof(rtnexthop)));
    hops.push_back({.link = hop.rtnh_ifindex,
                    .gateway = parse_gateway(attributes),
                    .onlink = (hop.rtnh_flags & RTNH_F_ONLINK) != 0});
    payload = payload.subspan(std::min<std::size_t>(RTNH_ALIGN(hop.rtnh_len), payload.size()));
  }
  return hops;
}

std::optional<IpPrefix> parse_destination(const rtmsg& header, const Attributes& attributes) {
  const Family family = header.rtm_family == AF_INET ? Family::v4 : Family::v6;
  if (header.rtm_dst_len > address_bits(family)) return std::nullopt;
  const auto address = attributes.address(RTA_DST);
  if (!address) {
    constexpr std::array<std::uint8_t, 16> kAny{};
    return IpPrefix::containing(IpAddress::from_bytes({kAny.data(), address_bits(family) / 8}), header.rtm_dst_len);
  }
  if (address->family() != family) return std::nullopt;
  return IpPrefix::containing(*address, header.rtm_dst_len);
}

}  // namespace

std::optional<RouteRecord> parse_route(MessageView view) {
  const auto* header = view.header<rtmsg>();
  if ((view.type() != RTM_NEWROUTE && view.type() != RTM_DELROUTE) || header == nullptr) return std::nullopt;
  if (header->rtm_family != AF_INET && header->rtm_family != AF_INET6) return std::nullopt;
  const auto attributes = view.attributes<rtmsg>();
  const auto destination = parse_destination(*header, attributes);
  if (!destination) return std::nullopt;
  RouteRecord route{.destination = *destination,
                    .table = attributes.u32(RTA_TABLE).value_or(header->rtm_table),
                    .protocol = header->rtm_protocol,
                    .scope = header->rtm_scope,
                    .type = header->rtm_type,
                    .tos = header->rtm_tos,
                    .metric = attributes.u32(RTA_PRIORITY).value_or(0),
                    .hop = {},
                    .other_hops = {},
                    .source = attributes.address(RTA_PREFSRC),
                    .mtu = 0};
  if (attributes.has(RTA_METRICS)) route.mtu = attributes.nested(RTA_METRICS).u32(RTAX_MTU).value_or(0);
  if (attributes.has(RTA_MULTIPATH)) {
    auto hops = parse_hops(attributes.bytes(RTA_MULTIPATH));
    if (hops.empty()) return std::nullopt;
    route.hop = hops.front();
    route.other_hops.assign(hops.begin() + 1, hops.end());
  } else {
    route.hop = {.link = static_cast<int>(attributes.u32(RTA_OIF).value_or(0)),
                 .gateway = parse_gateway(attributes),
                 .onlink = (header->rtm_flags & RTNH_F_ONLINK) != 0};
  }
  return route;
}

}  // namespace weft::netlink
