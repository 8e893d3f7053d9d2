#include "cni-plugin/ptp.h"

#include "backend/netlink/requests.h"
#include "cni-plugin/link_requests.h"
#include "cni-plugin/pod_ready.h"
#include "cni-plugin/sysctl.h"

#include <algorithm>
#include <cerrno>

#include <linux/rtnetlink.h>

namespace weft::cni::ptp {

namespace {

using netlink::AddressRecord;
using netlink::Batch;
using netlink::Message;
using netlink::NeighbourRecord;
using netlink::RouteRecord;
using netlink::Socket;

IpPrefix host_prefix(const IpAddress& address) { return IpPrefix::containing(address, address_bits(address.family())); }

bool has_family(const PodLink& link, Family family) {
  return std::any_of(link.addresses.begin(), link.addresses.end(),
                     [family](const IpAddress& address) { return address.family() == family; });
}

NeighbourRecord permanent(int index, const IpAddress& address, const MacAddress& mac) {
  NeighbourRecord neighbour;
  neighbour.link = index;
  neighbour.address = address;
  neighbour.mac = mac;
  return neighbour;
}

RouteRecord route(int index, const IpPrefix& destination, std::uint8_t scope) {
  RouteRecord record;
  record.destination = destination;
  record.protocol = kPodRouteProtocol;
  record.scope = scope;
  record.hop.link = index;
  return record;
}

Result<int> link_index(Socket& socket, const std::string& name) {
  Message message;
  netlink::write_get_link(message, name);
  const auto reply = socket.get(message);
  if (!reply) return fail_with("link " + name, reply.error());
  const auto record = netlink::parse_link(reply->view());
  if (!record) return fail("link {}: the kernel's answer is no link", name);
  return record->index;
}

// The first failure, with the object it was about.
Result<> execute(Socket& socket, Batch& batch, std::string_view what) {
  for (const Result<>& result : socket.execute(batch)) {
    if (!result) return fail_with(what, result.error());
  }
  return {};
}

void add_pod_family(Batch& batch, Message& message, const PodLink& link, int index, const IpAddress& address) {
  AddressRecord own;
  own.link = index;
  own.address = address;
  own.length = address_bits(address.family());
  write_put(message, own);
  batch.add(message);

  const IpAddress by = gateway(address.family());
  if (address.is_v4()) {
    write_put(message, route(index, host_prefix(by), RT_SCOPE_LINK));
    batch.add(message);
  }
  RouteRecord everything = route(index, IpPrefix::containing(by, 0), RT_SCOPE_UNIVERSE);
  everything.hop.gateway = by;
  everything.mtu = address.is_v4() ? 0 : link.ipv6_mtu;
  write_put(message, everything);
  batch.add(message);
  write_put(message, permanent(index, by, link.host_mac));
  batch.add(message);
}

// Runs inside the pod's namespace; the socket goes on working outside.
Result<Socket> open_in_pod(const PodLink& link) {
  if (has_family(link, Family::v6)) {
    // Runtimes switch IPv6 off for pods of their own IPv4-only networks.
    for (const std::string& name : {std::string("lo"), link.pod_name}) {
      const auto enabled = ensure_sysctl("ipv6/conf/" + name + "/disable_ipv6", "0");
      if (!enabled) return std::unexpected(enabled.error());
    }
    const auto kept = ensure_sysctl("ipv6/conf/" + link.pod_name + "/keep_addr_on_down", "1");
    if (!kept) return std::unexpected(kept.error());
  }
  return Socket::open(NETLINK_ROUTE);
}

Result<> configure_pod_end(Socket& socket, const PodLink& link) {
  const auto index = link_index(socket, link.pod_name);
  if (!index) return std::unexpected(index.error());
  Batch batch;
  Message message;
  write_link_up(message, *index);
  batch.add(message);
  for (const IpAddress& address : link.addresses) add_pod_family(batch, message, link, *index, address);
  return execute(socket, batch, "configure " + link.pod_name + " in the pod");
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

Result<> configure_host_end(Socket& host, const PodLink& link) {
  if (const auto set = set_host_end_sysctls(link); !set) return set;
  const auto index = link_index(host, link.host_name);
  if (!index) return std::unexpected(index.error());
  Batch batch;
  Message message;
  write_link_up(message, *index);
  batch.add(message);
  for (const IpAddress& address : link.addresses) {
    netlink::write_add(message, route(*index, host_prefix(address), RT_SCOPE_LINK));
    batch.add(message);
    write_put(message, permanent(*index, address, link.pod_mac));
    batch.add(message);
  }
  return execute(host, batch, "route to the pod by " + link.host_name);
}

Result<> configure(Socket& host, const Netns& pod, const PodLink& link) {
  auto inside = pod.visit([&link] { return open_in_pod(link); });
  if (!inside) return std::unexpected(inside.error());
  if (const auto done = configure_pod_end(*inside, link); !done) return done;
  if (const auto done = configure_host_end(host, link); !done) return done;
  return await_pod_ready(*inside, pod, link);
}

}  // namespace

IpAddress gateway(Family family) {
  constexpr std::uint32_t kIpv4 = 0xa9fe0101;  // 169.254.1.1
  constexpr std::array<std::uint8_t, 16> kIpv6 = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return family == Family::v4 ? IpAddress::from_v4(kIpv4) : IpAddress::from_bytes(kIpv6);
}

Result<> attach(Socket& host, const Netns& pod, const PodLink& link) {
  Message message;
  write_veth(message, link, pod.fd());
  Result<> done = host.request(message);
  if (!done) done = fail_with(fmt::format("create {} with {} in the pod", link.host_name, link.pod_name), done.error());
  // It is somebody else's, then, and stays.
  if (!done && done.error().code == EEXIST) return done;
  if (done) done = configure(host, pod, link);
  if (!done) {
    // Also when creating it has failed: the kernel may have done it, and only its answer got lost.
    [[maybe_unused]] const auto removed = detach(host, link.host_name);  // the first error is the one to tell
  }
  return done;
}

Result<> detach(Socket& host, const std::string& host_name) {
  Message message;
  write_remove_link(message, host_name);
  const auto removed = host.request(message);
  if (!removed && removed.error().code != ENODEV) return fail_with("remove " + host_name, removed.error());
  return {};
}

Result<bool> exists(Socket& host, const std::string& host_name) {
  const auto index = link_index(host, host_name);
  if (!index && index.error().code != ENODEV) return std::unexpected(index.error());
  return index.has_value();
}

}  // namespace weft::cni::ptp
