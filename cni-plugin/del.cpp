#include "cni-plugin/attach_pod.h"
#include "cni-plugin/bridge.h"
#include "cni-plugin/delegate.h"
#include "cni-plugin/host_ports.h"
#include "cni-plugin/ledger_access.h"
#include "cni-plugin/node_subnet.h"
#include "cni-plugin/pod_netns.h"
#include "cni-plugin/verbs.h"
#include "subnet/ledger/host_link.h"

#include <cerrno>

#include <linux/netlink.h>

namespace weft::cni {

namespace {

// The pod may have been the last of an earlier lease's subnet. What fails here is tried again with the next pod.
void tidy_bridge(netlink::Socket& host, const Request& request, const Ledger& ledger) {
  const auto options = parse_attach_options(request.conf);
  if (!options || options->mode != AttachMode::bridge) return;
  const auto subnet = read_node_subnet(request.conf.subnet_file);
  if (!subnet) return;
  [[maybe_unused]] const auto done = bridge::retire_gateways(host, options->bridge, subnet->pools, ledger);
}

}  // namespace

Outcome<> del(const Request& request) {
  if (const auto foreign = refuse_own_netns(request.environment); !foreign) return foreign;
  // Whatever the configuration says now: it may have said something else when the pod was attached.
  if (const auto undone = delegate::del(request); !undone) return undone;
  const AttachmentKey key = key_of(request.environment);
  // First the link: an address must not go to the next pod while it still answers.
  auto host = netlink::Socket::open(NETLINK_ROUTE);
  if (!host) return refuse_with(Code::kernel, "netlink", host.error());
  const auto removed = detach_pod(*host, host_link_name(key));
  if (!removed) return refuse_with(Code::kernel, "detach the pod", removed.error());

  const auto ledger = Ledger::open(request.conf.data_directory);
  if (!ledger && ledger.error().code == ENOENT) return {};
  if (!ledger) return refuse_with(Code::io_failure, "dataDir", ledger.error());
  const auto released = forget(*ledger, key);
  if (released) tidy_bridge(*host, request, *ledger);
  return released;
}

}  // namespace weft::cni
