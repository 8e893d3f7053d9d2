#include "cni-plugin/attach_pod.h"
#include "cni-plugin/attach_result.h"
#include "cni-plugin/bridge.h"
#include "cni-plugin/delegate.h"
#include "cni-plugin/host_ports.h"
#include "cni-plugin/ledger_access.h"
#include "cni-plugin/pod_netns.h"
#include "cni-plugin/pod_order.h"
#include "cni-plugin/ptp.h"
#include "cni-plugin/sysctl.h"
#include "cni-plugin/verbs.h"
#include "subnet/ledger/boot_id.h"
#include "subnet/ledger/host_link.h"

#include <algorithm>
#include <chrono>

#include <linux/netlink.h>

namespace weft::cni {

namespace {

Outcome<Attachment> describe(const Request& request, const PodOrder& order, const Netns& netns) {
  Attachment attachment;
  attachment.key = key_of(request.environment);
  attachment.network = request.conf.name;
  attachment.host_link = host_link_name(attachment.key);
  attachment.netns = netns.identity();
  auto boot_id = current_boot_id();
  if (!boot_id) return refuse_with(Code::kernel, "boot id", boot_id.error());
  attachment.boot_id = *std::move(boot_id);
  attachment.pod_namespace = order.args.pod_namespace;
  attachment.pod_name = order.args.pod_name;
  attachment.port_mappings = order.options.port_mappings;
  for (const FixedAddress& asked : order.fixed.ips) attachment.addresses.push_back(asked.address);
  attachment.mac = order.fixed.mac;
  attachment.since_boot = time_since_boot();
  attachment.created_at = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return attachment;
}

// An ADD that was killed, and not followed by DEL, leaves an entry; without the link nobody can be using it.
Outcome<Attachment> reserve_anew(const Ledger& ledger, netlink::Socket& host, const Attachment& wanted,
                                 std::span<const AddressPool> pools) {
  auto reserved = reserve(ledger, wanted, pools);
  if (reserved || reserved.error().code != Code::already_attached) return reserved;
  const auto alive = is_attached(host, wanted.host_link);
  if (!alive) return refuse_with(Code::kernel, "look for an earlier attachment", alive.error());
  if (*alive) {
    return refuse(Code::already_attached, "container {} has an interface {} already: DEL it first",
                  wanted.key.container_id, wanted.key.interface);
  }
  if (const auto forgotten = forget(ledger, wanted.key); !forgotten) return std::unexpected(forgotten.error());
  return reserve(ledger, wanted, pools);
}

// What was asked for and is another pod's.
Failure with_field(Failure failure, const PodOrder& order) {
  if (failure.code == Code::address_taken) failure.message = order.fixed.ips_from.field + ": " + failure.message;
  return failure;
}

PodLink plan_link(const Attachment& attachment, const PodOrder& order) {
  const NodeSubnet& subnet = order.subnet;
  PodLink link = pod_link_of(attachment.key);
  link.pod_mac = attachment.mac.value_or(link.pod_mac);
  link.mtu = order.mtu();
  link.bandwidth = order.options.bandwidth;
  link.ipv6_mtu = subnet.ipv6_mtu < link.mtu ? subnet.ipv6_mtu : 0;
  for (const IpAddress& address : attachment.addresses) {
    const auto pool = std::find_if(subnet.pools.begin(), subnet.pools.end(),
                                   [&address](const AddressPool& p) { return p.subnet().contains(address); });
    const bool routed = order.options.mode == AttachMode::ptp || pool == subnet.pools.end();
    link.addresses.push_back(routed ? ptp::pod_address(address) : bridge::pod_address(address, pool->subnet()));
  }
  return link;
}

Result<> ensure_forwarding(const PodLink& link) {
  for (const PodAddress& own : link.addresses) {
    const auto on = own.address.is_v4() ? ensure_ipv4_forwarding() : ensure_ipv6_forwarding();
    if (!on) return on;
  }
  return {};
}

// What an attachment is made with.
struct Node {
  netlink::Socket host;
  Ledger ledger;
  pod_table::PodTable table;
};

Outcome<Node> open_node(const NetConf& conf) {
  auto host = netlink::Socket::open(NETLINK_ROUTE);
  if (!host) return refuse_with(Code::kernel, "netlink", host.error());
  auto ledger = Ledger::create(conf.data_directory);
  if (!ledger) return refuse_with(Code::io_failure, "dataDir", ledger.error());
  auto table = open_pod_table(*ledger);
  if (!table) return std::unexpected(table.error());
  return Node{*std::move(host), *std::move(ledger), *std::move(table)};
}

Outcome<> join_bridge(Node& node, const PodOrder& order, const Attachment& attachment, PodLink& link) {
  auto bridge = bridge::ensure(node.host, order.options.bridge, link.mtu, order.subnet.pools, node.ledger);
  if (!bridge) return refuse_with(Code::kernel, "mode bridge", bridge.error());
  link.bridge = *std::move(bridge);
  link.bridge->isolated = order.options.isolated;
  return check_mac_is_free(order.fixed.mac_from, node.ledger, attachment, *link.bridge);
}

// With the addresses reserved: the result to print once the pod has its interface and its ports.
Outcome<Json> attach(const Request& request, Node& node, const Netns& netns, const Attachment& attachment,
                     const PodLink& link) {
  auto result = attach_result(request.conf, link, request.environment.netns);
  if (!result) return result;
  if (const auto on = ensure_forwarding(link); !on) return refuse_with(Code::kernel, "forwarding", on.error());
  const auto admitted = link.bridge ? admit_to_bridge(node.ledger, attachment) : Outcome<>();
  if (!admitted) return std::unexpected(admitted.error());
  const auto attached = attach_pod(node.host, netns, link);
  if (!attached) {
    const Code code = attached.error().code == EEXIST ? Code::already_attached : Code::kernel;
    return refuse_with(code, "attach the pod", attached.error());
  }
  const auto opened = open_ports(node.table, node.ledger, attachment, link);
  if (opened) return result;
  [[maybe_unused]] const auto detached = detach_pod(node.host, link.host_name);  // the first error is the one to tell
  return std::unexpected(opened.error());
}

// After a failure. Errors of its own are not told: the first is the one that matters. While the link is there, its
// entry must be, too, so that DEL or the daemon finds them together.
void give_back(Node& node, const Attachment& attachment) {
  const auto left = is_attached(node.host, attachment.host_link);
  if (!left || *left) return;
  [[maybe_unused]] const auto forgotten = forget(node.ledger, attachment.key);
}

// An ADD that took long may have been taken for dead: then its addresses may be another pod's by now.
Outcome<> keep(Node& node, const Attachment& attachment) {
  auto held = confirm(node.ledger, attachment);
  if (held) return held;
  // Errors of the way back are not told: the first is the one that matters.
  [[maybe_unused]] const auto removed = detach_pod(node.host, attachment.host_link);
  // Of an entry that is gone only the ports are left: what has its name now is not ours to give back.
  [[maybe_unused]] const auto closed = close_ports(attachment);
  if (held.error().code != Code::try_again_later) give_back(node, attachment);
  return held;
}

}  // namespace

Outcome<Json> add(const Request& request) {
  const auto options = parse_attach_options(request.conf);
  if (!options) return std::unexpected(options.error());
  if (options->mode == AttachMode::delegate) return delegate::add(request);
  const auto netns = open_pod_netns(request.environment);
  if (!netns) return std::unexpected(netns.error());
  const auto order = read_order(request, *options);
  if (!order) return std::unexpected(order.error());
  const auto wanted = describe(request, *order, *netns);
  if (!wanted) return std::unexpected(wanted.error());

  auto node = open_node(request.conf);
  if (!node) return std::unexpected(node.error());
  const auto attachment = reserve_anew(node->ledger, node->host, *wanted, order->subnet.pools);
  if (!attachment) return std::unexpected(with_field(attachment.error(), *order));

  PodLink link = plan_link(*attachment, *order);
  Outcome<> joined;
  if (order->options.mode == AttachMode::bridge) joined = join_bridge(*node, *order, *attachment, link);
  auto result =
      joined ? attach(request, *node, *netns, *attachment, link) : Outcome<Json>(std::unexpected(joined.error()));
  if (!result) give_back(*node, *attachment);
  if (!result) return result;
  if (const auto still = keep(*node, *attachment); !still) return std::unexpected(still.error());
  return result;
}

}  // namespace weft::cni
