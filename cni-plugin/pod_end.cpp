#include "cni-plugin/pod_end.h"

#include "backend/netlink/find_link.h"
#include "cni-plugin/link_requests.h"
#include "cni-plugin/sysctl.h"

#include <cerrno>

#include <linux/rtnetlink.h>

namespace weft::cni {

namespace {

using netlink::AddressRecord;
using netlink::Batch;
using netlink::Message;
using netlink::RouteRecord;
using netlink::Socket;

void add_address(Batch& batch, Message& message, const PodLink& link, int index, const PodAddress& own) {
  AddressRecord record;
  record.link = index;
  record.address = own.address;
  record.length = own.length;
  write_put(message, record);
  batch.add(message);

  if (own.routed() && own.address.is_v4()) {  // a link-local IPv6 gateway is on the link anyway
    write_put(message, pod_route(index, host_prefix(own.gateway), RT_SCOPE_LINK));
    batch.add(message);
  }
  if (!own.routed()) return;
  write_put(message, permanent_neighbour(index, own.gateway, link.host_mac));
  batch.add(message);
}

// A pod with several interfaces has its default routes by the first.
Result<> add_default_route(Socket& socket, const PodLink& link, int index, const PodAddress& own) {
  RouteRecord everything = pod_route(index, IpPrefix::containing(own.gateway, 0), RT_SCOPE_UNIVERSE);
  everything.hop.gateway = own.gateway;
  everything.mtu = own.address.is_v4() ? 0 : link.ipv6_mtu;
  Message message;
  write_add(message, everything);
  const auto added = socket.request(message);
  if (added || added.error().code == EEXIST) return {};
  return fail_with(fmt::format("route by {} in the pod", link.pod_name), added.error());
}

}  // namespace

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
  const auto end = netlink::get_link(socket, link.pod_name);
  if (!end) return std::unexpected(end.error());
  Batch batch;
  Message message;
  write_link_up(message, end->index);
  batch.add(message);
  for (const PodAddress& own : link.addresses) add_address(batch, message, link, end->index, own);
  if (link.bandwidth.from_pod) {
    write_rate_limit(message, end->index, *link.bandwidth.from_pod);
    batch.add(message);
  }
  if (const auto done = execute(socket, batch, "configure " + link.pod_name + " in the pod"); !done) return done;
  for (const PodAddress& own : link.addresses) {
    if (const auto added = add_default_route(socket, link, end->index, own); !added) return added;
  }
  return {};
}

}  // namespace weft::cni
