#include "cni-plugin/host_ports.h"

#include "backend/pod_table/bridge_guard.h"
#include "backend/pod_table/close_ports.h"
#include "backend/pod_table/stale_flows.h"
#include "cni-plugin/ledger_access.h"
#include "cni-plugin/port_mappings.h"
#include "cni-plugin/sysctl.h"
#include "cni-plugin/time_limit.h"

#include <algorithm>
#include <cerrno>

namespace weft::cni {

namespace {

using pod_table::PodTable;

// Others hold the lock for a transaction, which can take long while kube-proxy is busy with one of its own.
constexpr std::chrono::seconds kTableLimit{10};

std::unexpected<Failure> refused(std::string_view context, const Error& error) {
  if (error.code == EINTR) {
    return refuse(Code::try_again_later, "{}: another process is changing nf_tables for more than {} s", context,
                  kTableLimit.count());
  }
  return refuse_with(error.code == EEXIST ? Code::port_taken : Code::kernel, context, error);
}

// The link by which the node sends to the pod.
std::string localnet_of(const std::string& link) { return "ipv4/conf/" + link + "/route_localnet"; }

bool has_ipv4(const Attachment& attachment) {
  return std::any_of(attachment.addresses.begin(), attachment.addresses.end(),
                     [](const IpAddress& address) { return address.is_v4(); });
}

bool needs_localnet(const Attachment& attachment) {
  return has_ipv4(attachment) && has_loopback_port(attachment.port_mappings);
}

}  // namespace

Outcome<PodTable> open_pod_table(const Ledger& ledger) {
  const TimeLimit limit(kTableLimit);
  auto table = PodTable::open();
  if (!table) return refused("the pods' firewall", table.error());
  if (const auto there = table->ensure(ledger); !there) return refused("the pods' firewall", there.error());
  return *std::move(table);
}

Outcome<> admit_to_bridge(const Ledger& ledger, const Attachment& attachment) {
  const TimeLimit limit(kTableLimit);
  auto guard = pod_table::BridgeGuard::open();
  if (!guard) return refused("the bridge's firewall", guard.error());
  const auto admitted = guard->admit(attachment, ledger);
  if (admitted) return {};
  const int code = admitted.error().code;
  if (code == ENOENT || code == EAFNOSUPPORT || code == EOPNOTSUPP) return {};  // the kernel has no such chains
  return refused("the bridge's firewall", admitted.error());
}

Outcome<> open_ports(PodTable& table, const Ledger& ledger, const Attachment& attachment, const PodLink& link) {
  if (attachment.port_mappings.empty()) return {};
  if (needs_localnet(attachment)) {
    const std::string& to_pod = link.bridge ? link.bridge->name : link.host_name;
    const auto set = ensure_sysctl(localnet_of(to_pod), "1");
    if (!set) return refused("hostPorts", set.error());
  }
  const TimeLimit limit(kTableLimit);
  const auto opened = table.publish(attachment, ledger, link.bridge ? link.bridge->name : "");
  if (!opened) return refused("portMappings", opened.error());
  const auto cleaned = pod_table::forget_earlier_flows(attachment);
  if (!cleaned) return refused("hostPorts", cleaned.error());
  return {};
}

Outcome<> close_ports(const Attachment& attachment) {
  const TimeLimit limit(kTableLimit);
  const auto closed = pod_table::close_ports(attachment);
  if (!closed) return refused("close the hostPorts of " + attachment.key.container_id, closed.error());
  return {};
}

Outcome<> forget(const Ledger& ledger, const AttachmentKey& key) {
  const auto attachment = ledger.find_held(key);
  // Which ports a damaged entry has is unknown: the next pod that wants them takes them.
  if (!attachment && attachment.error().code != ENOENT && !is_damage(attachment.error())) {
    return refuse_with(Code::io_failure, "address ledger", attachment.error());
  }
  if (attachment) {
    if (const auto closed = close_ports(*attachment); !closed) return closed;
  }
  return release(ledger, key);
}

Result<std::vector<std::string>> find_port_faults(const Attachment& attachment, const std::string& link) {
  auto table = PodTable::open();
  if (!table) return std::unexpected(table.error());
  auto faults = table->find_faults(attachment);
  if (!faults || !needs_localnet(attachment)) return faults;
  const auto localnet = read_sysctl(localnet_of(link));
  if (localnet && *localnet != "1") {
    faults->push_back(
        fmt::format("hostPorts cannot be reached by 127.0.0.1: {} is {}, not 1", localnet_of(link), *localnet));
  }
  return faults;
}

}  // namespace weft::cni
