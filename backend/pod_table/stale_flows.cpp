#include "backend/pod_table/stale_flows.h"

#include "backend/netlink/conntrack.h"
#include "backend/netlink/requests.h"
#include "backend/netlink/socket.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>
#include <span>
#include <vector>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

namespace weft::pod_table {

namespace {

using netlink::Flow;
using netlink::Message;
using netlink::Socket;

constexpr auto kUdp = static_cast<std::uint8_t>(Transport::udp);

std::vector<PortMapping> udp_mappings_of(const Attachment& attachment) {
  std::vector<PortMapping> mappings;
  std::copy_if(attachment.port_mappings.begin(), attachment.port_mappings.end(), std::back_inserter(mappings),
               [](const PortMapping& mapping) { return mapping.transport == Transport::udp; });
  return mappings;
}

bool is_sent_to_any(const Flow& flow, std::span<const PortMapping> mappings) {
  return flow.protocol == kUdp && std::any_of(mappings.begin(), mappings.end(), [&flow](const PortMapping& mapping) {
           return flow.destination_port == mapping.host_port && mapping.covers(flow.destination.family()) &&
                  (mapping.is_for_all_addresses() || flow.destination == mapping.host_address);
         });
}

class Cleaner {
 public:
  static Result<Cleaner> open() {
    auto flows = Socket::open(NETLINK_NETFILTER);
    if (!flows) return std::unexpected(flows.error());
    auto routes = Socket::open(NETLINK_ROUTE);
    if (!routes) return std::unexpected(routes.error());
    return Cleaner(*std::move(flows), *std::move(routes));
  }

  // Flows to the mappings' ports in the family of `pod`: those that lead to it, or those that do not.
  Result<> clean(std::span<const PortMapping> mappings, const IpAddress& pod, bool leading_to_pod) {
    // Each dump is a walk through all flows of the node: one for all mappings.
    const auto port = mappings.size() == 1 ? std::optional(mappings.front().host_port) : std::nullopt;
    netlink::write_dump_flows(message_, pod.family(), kUdp, port);
    const auto flows = flows_.dump(message_, netlink::parse_flow);
    // The kernel was built without ctnetlink: whoever tracks connections without it has to live with that.
    if (!flows && (flows.error().code == EINVAL || flows.error().code == EOPNOTSUPP)) return {};
    if (!flows) return fail_with("connection tracking", flows.error());
    for (const Flow& flow : *flows) {
      if (!is_sent_to_any(flow, mappings) || (flow.answered_by == pod) != leading_to_pod) continue;
      if (const auto removed = remove(flow, leading_to_pod); !removed) return removed;
    }
    return {};
  }

 private:
  Cleaner(Socket flows, Socket routes) : flows_(std::move(flows)), routes_(std::move(routes)) {}

  Result<> remove(const Flow& flow, bool leading_to_pod) {
    // Flows through the node to a port of the same number elsewhere are none of ours.
    if (!leading_to_pod) {
      const auto local = is_local(flow.destination);
      if (!local) return std::unexpected(local.error());
      if (!*local) return {};
    }
    write_remove(message_, flow);
    const auto removed = flows_.request(message_);
    if (!removed && removed.error().code != ENOENT) return fail_with("connection tracking", removed.error());
    return {};
  }

  Result<bool> is_local(const IpAddress& address) {
    netlink::write_get_route(message_, address);
    const auto reply = routes_.get(message_);
    if (!reply) return false;  // no way to there at all
    const auto route = netlink::parse_route(reply->view());
    return route && route->type == RTN_LOCAL;
  }

  Socket flows_;
  Socket routes_;
  Message message_;
};

Result<> clean_all(const Attachment& attachment, bool leading_to_pod) {
  const auto mappings = udp_mappings_of(attachment);
  if (mappings.empty()) return {};
  auto cleaner = Cleaner::open();
  if (!cleaner) return std::unexpected(cleaner.error());
  for (const IpAddress& pod : attachment.addresses) {
    if (const auto cleaned = cleaner->clean(mappings, pod, leading_to_pod); !cleaned) return cleaned;
  }
  return {};
}

}  // namespace

Result<> forget_flows_elsewhere(const Attachment& attachment) { return clean_all(attachment, false); }

Result<> forget_flows_to(const Attachment& attachment) { return clean_all(attachment, true); }

}  // namespace weft::pod_table
