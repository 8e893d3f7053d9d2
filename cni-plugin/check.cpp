#include "cni-plugin/delegate.h"
#include "cni-plugin/host_ports.h"
#include "cni-plugin/ledger_access.h"
#include "cni-plugin/pod_check.h"
#include "cni-plugin/pod_netns.h"
#include "cni-plugin/ptp.h"
#include "cni-plugin/verbs.h"

#include <cerrno>

#include <linux/netlink.h>

namespace weft::cni {

namespace {

Outcome<Attachment> recorded(const Request& request) {
  const AttachmentKey key = key_of(request.environment);
  const auto ledger = Ledger::open(request.conf.data_directory);
  auto attachment = ledger ? ledger->find(key) : Result<Attachment>(std::unexpected(ledger.error()));
  if (attachment) return *std::move(attachment);
  if (attachment.error().code == ENOENT) {
    return refuse(Code::check_failed, "container {} has no addresses for {}: it was never added, or deleted since",
                  key.container_id, key.interface);
  }
  return refuse_with(Code::check_failed, "address ledger", attachment.error());
}

}  // namespace

Outcome<> check(const Request& request) {
  const auto options = parse_attach_options(request.conf);
  if (!options) return std::unexpected(options.error());
  if (options->mode == AttachMode::delegate) return delegate::check(request);
  const auto netns = open_pod_netns(request.environment);
  if (!netns) return std::unexpected(netns.error());
  const auto attachment = recorded(request);
  if (!attachment) return std::unexpected(attachment.error());
  auto host = netlink::Socket::open(NETLINK_ROUTE);
  if (!host) return refuse_with(Code::kernel, "netlink", host.error());

  PodLink link = pod_link_of(attachment->key);
  for (const IpAddress& address : attachment->addresses) link.addresses.push_back(ptp::pod_address(address));
  if (options->mode == AttachMode::bridge) link.bridge = PodBridge{.name = options->bridge};
  const std::string to_pod = link.bridge ? link.bridge->name : link.host_name;
  auto faults = find_faults(*host, *netns, std::move(link));
  if (!faults) return refuse_with(Code::kernel, "look at the pod's network", faults.error());
  const auto port_faults = find_port_faults(*attachment, to_pod);
  if (!port_faults) return refuse_with(Code::kernel, "look at the pod's hostPorts", port_faults.error());
  faults->insert(faults->end(), port_faults->begin(), port_faults->end());
  if (faults->empty()) return {};
  return std::unexpected(Failure{Code::check_failed, faults->front(), fmt::format("{}", fmt::join(*faults, "; "))});
}

}  // namespace weft::cni
