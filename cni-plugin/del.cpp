#include "cni-plugin/attach_pod.h"
#include "cni-plugin/ledger_access.h"
#include "cni-plugin/pod_link.h"
#include "cni-plugin/pod_netns.h"
#include "cni-plugin/verbs.h"

#include <cerrno>

#include <linux/netlink.h>

namespace weft::cni {

namespace {

Outcome<> remove_link(const AttachmentKey& key) {
  auto host = netlink::Socket::open(NETLINK_ROUTE);
  if (!host) return refuse_with(Code::kernel, "netlink", host.error());
  const auto removed = detach_pod(*host, host_link_name(key));
  if (!removed) return refuse_with(Code::kernel, "detach the pod", removed.error());
  return {};
}

}  // namespace

Outcome<> del(const Request& request) {
  if (const auto foreign = refuse_own_netns(request.environment); !foreign) return foreign;
  const AttachmentKey key = key_of(request.environment);
  // First the link: an address must not go to the next pod while it still answers.
  if (const auto removed = remove_link(key); !removed) return removed;

  const auto ledger = Ledger::open(request.conf.data_directory);
  if (!ledger && ledger.error().code == ENOENT) return {};
  if (!ledger) return refuse_with(Code::io_failure, "dataDir", ledger.error());
  return release(*ledger, key);
}

}  // namespace weft::cni
