#include "cni-plugin/loopback.h"

#include "backend/netlink/find_link.h"
#include "cni-plugin/link_requests.h"
#include "cni-plugin/link_view.h"
#include "cni-plugin/pod_netns.h"

#include <cerrno>

#include <linux/rtnetlink.h>
#include <net/if.h>

namespace weft::cni::loopback {

namespace {

constexpr const char* kName = "lo";

Outcome<netlink::Socket> open_in(const Netns& pod) {
  auto socket = pod.visit([] { return netlink::Socket::open(NETLINK_ROUTE); });
  if (!socket) return refuse_with(Code::kernel, "netlink", socket.error());
  return *std::move(socket);
}

Outcome<> set_link(netlink::Socket& socket, bool up) {
  const auto lo = netlink::get_link(socket, kName);
  if (!lo) return refuse_with(Code::kernel, "loopback", lo.error());
  ifinfomsg header{};
  header.ifi_index = lo->index;
  header.ifi_change = IFF_UP;
  header.ifi_flags = up ? IFF_UP : 0;
  netlink::Message message;
  message.start(RTM_NEWLINK, 0, header);
  const auto done = socket.request(message);
  if (!done) return refuse_with(Code::kernel, up ? "set lo up" : "set lo down", done.error());
  return {};
}

Outcome<LinkView> view(netlink::Socket& socket) {
  const auto found = read_link_view(socket, kName);
  if (!found) return refuse_with(Code::kernel, "loopback", found.error());
  const auto& lo = *found;
  if (!lo) return refuse(Code::check_failed, "the pod has no interface lo");
  return *lo;
}

Json result_of(const Request& request, const LinkView& lo) {
  Json result = {
      {"cniVersion", to_string(request.conf.version)},
      {"interfaces", {{{"name", kName}, {"mac", lo.link.mac.to_string()}, {"sandbox", request.environment.netns}}}},
      {"ips", Json::array()}};
  for (const netlink::AddressRecord& record : lo.addresses) {
    Json entry = {{"address", fmt::format("{}/{}", record.address.to_string(), record.length)}, {"interface", 0}};
    if (request.conf.version < SpecVersion::v1_0_0) entry["version"] = record.address.is_v4() ? "4" : "6";
    result["ips"].push_back(std::move(entry));
  }
  return result;
}

}  // namespace

Outcome<Json> add(const Request& request) {
  const auto netns = open_pod_netns(request.environment);
  if (!netns) return std::unexpected(netns.error());
  auto socket = open_in(*netns);
  if (!socket) return std::unexpected(socket.error());
  if (const auto up = set_link(*socket, true); !up) return std::unexpected(up.error());
  const Json* previous = member(request.conf.document, "prevResult");
  if (previous != nullptr && previous->is_object()) return *previous;
  const auto lo = view(*socket);
  if (!lo) return std::unexpected(lo.error());
  return result_of(request, *lo);
}

Outcome<> del(const Request& request) {
  if (const auto foreign = refuse_own_netns(request.environment); !foreign) return foreign;
  const auto netns = Netns::open(request.environment.netns);
  if (!netns) return {};  // it went with the pod
  auto socket = open_in(*netns);
  if (!socket) return std::unexpected(socket.error());
  return set_link(*socket, false);
}

Outcome<> check(const Request& request) {
  const auto netns = open_pod_netns(request.environment);
  if (!netns) return std::unexpected(netns.error());
  auto socket = open_in(*netns);
  if (!socket) return std::unexpected(socket.error());
  const auto lo = view(*socket);
  if (!lo) return std::unexpected(lo.error());
  if ((lo->link.flags & IFF_UP) == 0) return refuse(Code::check_failed, "lo in the pod is down");
  return {};
}

}  // namespace weft::cni::loopback
