#include "cni-plugin/attach_pod.h"
#include "cni-plugin/delegate.h"
#include "cni-plugin/host_ports.h"
#include "cni-plugin/ledger_access.h"
#include "cni-plugin/valid_attachments.h"
#include "cni-plugin/verbs.h"
#include "subnet/ledger/host_link.h"

#include <cerrno>
#include <set>

#include <linux/netlink.h>

namespace weft::cni {

namespace {

// Whether the entry is this network's to collect. Which network an unreadable one belongs to is unknown: it goes
// when its link is gone.
Result<bool> is_ours(const Ledger::Entry& entry, const std::string& network, netlink::Socket& host) {
  if (entry.attachment) return entry.attachment->network == network;
  const auto alive = is_attached(host, host_link_name(entry.key));
  if (!alive) return std::unexpected(alive.error());
  return !*alive;
}

Outcome<> collect(const Ledger& ledger, netlink::Socket& host, const AttachmentKey& key) {
  const auto removed = detach_pod(host, host_link_name(key));
  if (!removed) return refuse_with(Code::kernel, "detach " + key.container_id, removed.error());
  return forget(ledger, key);
}

// Goes on after an error and tells the first.
Outcome<> collect_all(const Request& request, const Ledger& ledger, netlink::Socket& host,
                      const std::set<AttachmentKey>& valid) {
  const auto entries = ledger.list();
  if (!entries) return refuse_with(Code::io_failure, "dataDir", entries.error());
  Outcome<> outcome;
  for (const Ledger::Entry& entry : *entries) {
    if (valid.contains(entry.key)) continue;
    const auto ours = is_ours(entry, request.conf.name, host);
    Outcome<> collected;
    if (!ours) collected = refuse_with(Code::kernel, "look for " + entry.key.container_id, ours.error());
    if (ours && *ours) collected = collect(ledger, host, entry.key);
    if (outcome && !collected) outcome = collected;
  }
  return outcome;
}

}  // namespace

Outcome<> gc(const Request& request) {
  const auto valid = valid_attachments(request.conf);
  if (!valid) return std::unexpected(valid.error());
  const auto delegated = delegate::gc(request, *valid);
  const auto ledger = Ledger::open(request.conf.data_directory);
  if (!ledger && ledger.error().code == ENOENT) return delegated;
  if (!ledger) return refuse_with(Code::io_failure, "dataDir", ledger.error());
  auto host = netlink::Socket::open(NETLINK_ROUTE);
  if (!host) return refuse_with(Code::kernel, "netlink", host.error());
  const auto collected = collect_all(request, *ledger, *host, *valid);
  return delegated ? collected : delegated;
}

}  // namespace weft::cni
