#include "cni-plugin/ptp.h"

#include "backend/netlink/find_link.h"
#include "cni-plugin/link_requests.h"
#include "cni-plugin/sysctl.h"

#include <array>

#include <linux/rtnetlink.h>

namespace weft::cni::ptp {

namespace {

using netlink::Batch;
using netlink::Message;
using netlink::Socket;

IpAddress gateway(Family family) {
  constexpr std::uint32_t kIpv4 = 0xa9fe0101;  // 169.254.1.1
  constexpr std::array<std::uint8_t, 16> kIpv6 = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return family == Family::v4 ? IpAddress::from_v4(kIpv4) : IpAddress::from_bytes(kIpv6);
}

Result<> set_host_end_sysctls(const PodLink& link) {
  // What the pod says about routers must not change the host's routes.
  const auto redirects = ensure_sysctl("ipv4/conf/" + link.host_name + "/accept_redirects", "0");
  if (!redirects) return redirects;
  if (!has_family(link, Family::v6)) return {};
  const std::string conf = "ipv6/conf/" + link.host_name;
  for (const auto& [parameter, value] :
       {std::pair{"/disable_ipv6", "0"}, std::pair{"/accept_ra", "0"}, std::pair{"/accept_redirects", "0"}}) {
    if (const auto set = ensure_sysctl(conf + parameter, value); !set) return set;
  }
  return {};
}

}  // namespace

PodAddress pod_address(const IpAddress& address) {
  return {address, address_bits(address.family()), gateway(address.family())};
}

Result<> configure_host_end(Socket& host, const PodLink& link) {
  if (const auto set = set_host_end_sysctls(link); !set) return set;
  const auto end = netlink::get_link(host, link.host_name);
  if (!end) return std::unexpected(end.error());
  Batch batch;
  Message message;
  write_link_up(message, end->index);
  batch.add(message);
  for (const PodAddress& own : link.addresses) {
    netlink::write_add(message, pod_route(end->index, host_prefix(own.address), RT_SCOPE_LINK));
    batch.add(message);
    write_put(message, permanent_neighbour(end->index, own.address, link.pod_mac));
    batch.add(message);
  }
  if (link.bandwidth.to_pod) {
    write_rate_limit(message, end->index, *link.bandwidth.to_pod);
    batch.add(message);
  }
  return execute(host, batch, "route to the pod by " + link.host_name);
}

}  // namespace weft::cni::ptp
