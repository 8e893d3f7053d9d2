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
using netlink::FlowFilter;
using netlink::Message;
using netlink::Socket;

constexpr auto kUdp = static_cast<std::uint8_t>(Transport::udp);
// What one walk with a dump costs, measured in filters, and in flows that filters look at.
constexpr std::size_t kMaxFilters = 16;
constexpr std::size_t kMaxFilteredFlows = 40'000;

std::optional<IpAddress> specific_address(const PortMapping& mapping) {
  const IpAddress* only = mapping.only_address();
  return only == nullptr ? std::nullopt : std::optional(*only);
}

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

  // Those that `pod` answers. False: the kernel cannot do it so.
  Result<bool> remove_answered_by(std::span<const PortMapping> mappings, const IpAddress& pod) {
    std::vector<FlowFilter> filters;
    for (const PortMapping& mapping : mappings) {
      if (!mapping.covers(pod.family())) continue;
      filters.push_back({kUdp, mapping.host_port, specific_address(mapping), pod});
    }
    return remove_all(pod.family(), filters);
  }

  // All that were sent to the node itself.
  Result<bool> remove_sent_here(std::span<const PortMapping> mappings, Family family) {
    std::vector<FlowFilter> filters;
    std::optional<std::vector<IpAddress>> own;
    for (const PortMapping& mapping : mappings) {
      if (!mapping.covers(family)) continue;
      if (const auto address = specific_address(mapping)) {
        filters.push_back({kUdp, mapping.host_port, address, {}});
        continue;
      }
      if (!own) {
        auto read = own_addresses(family);
        if (!read) return std::unexpected(read.error());
        own = *std::move(read);
      }
      for (const IpAddress& address : *own) filters.push_back({kUdp, mapping.host_port, address, {}});
    }
    return remove_all(family, filters);
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
  Result<bool> remove_all(Family family, std::span<const FlowFilter> filters) {
    if (filters.size() > kMaxFilters) return false;
    netlink::write_count_flows(message_);
    const auto counted = flows_.get(message_);
    const auto flows = counted ? netlink::parse_flow_count(counted->view()) : std::nullopt;
    if (!flows || filters.size() * *flows > kMaxFilteredFlows) return false;
    for (const FlowFilter& filter : filters) {
      netlink::write_remove_flows(message_, family, filter);
      const auto removed = flows_.request(message_);
      if (removed || removed.error().code == ENOENT) continue;
      if (removed.error().code == EOPNOTSUPP || removed.error().code == EINVAL) return false;
      return fail_with("connection tracking", removed.error());
    }
    return true;
  }

  // Each link has a link-local one: hundreds, which nobody sends to a hostPort.
  Result<std::vector<IpAddress>> own_addresses(Family family) {
    netlink::write_dump_addresses(message_, family);
    return routes_.dump(message_, [](netlink::MessageView view) -> std::optional<IpAddress> {
      const auto record = netlink::parse_address(view);
      return record && !record->address.is_link_local() ? std::optional(record->address) : std::nullopt;
    });
  }

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

enum class Which : std::uint8_t { to_the_pod, elsewhere, earlier };

Result<> clean(Cleaner& cleaner, Which which, std::span<const PortMapping> mappings, const IpAddress& pod) {
  if (which != Which::elsewhere) {
    const auto done = which == Which::earlier ? cleaner.remove_sent_here(mappings, pod.family())
                                              : cleaner.remove_answered_by(mappings, pod);
    if (!done) return std::unexpected(done.error());
    if (*done) return {};
  }
  return cleaner.clean(mappings, pod, which == Which::to_the_pod);
}

Result<> clean_all(const Attachment& attachment, Which which) {
  const auto mappings = udp_mappings_of(attachment);
  if (mappings.empty()) return {};
  auto cleaner = Cleaner::open();
  if (!cleaner) return std::unexpected(cleaner.error());
  for (const IpAddress& pod : attachment.addresses) {
    if (const auto cleaned = clean(*cleaner, which, mappings, pod); !cleaned) return cleaned;
  }
  return {};
}

}  // namespace

Result<> forget_flows_elsewhere(const Attachment& attachment) { return clean_all(attachment, Which::elsewhere); }

Result<> forget_earlier_flows(const Attachment& attachment) { return clean_all(attachment, Which::earlier); }

Result<> forget_flows_to(const Attachment& attachment) { return clean_all(attachment, Which::to_the_pod); }

}  // namespace weft::pod_table
