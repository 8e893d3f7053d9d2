#include "cni-plugin/bridge.h"

#include "backend/netlink/find_link.h"
#include "cni-plugin/link_requests.h"
#include "cni-plugin/link_view.h"
#include "cni-plugin/sysctl.h"
#include "subnet/ledger/boot_id.h"
#include "subnet/stable_hash.h"

#include <algorithm>
#include <cerrno>

#include <linux/rtnetlink.h>
#include <net/if.h>

namespace weft::cni::bridge {

namespace {

using netlink::AddressRecord;
using netlink::Batch;
using netlink::LinkRecord;
using netlink::Message;
using netlink::Socket;
using Addresses = std::vector<AddressRecord>;

AddressRecord gateway_of(const IpPrefix& subnet, int bridge) {
  AddressRecord record;
  record.link = bridge;
  record.address = subnet.host(1).value_or(subnet.address());
  record.length = subnet.length();
  record.protocol = netlink::kPodProtocol;
  return record;
}

bool same_address(const AddressRecord& a, const AddressRecord& b) {
  return a.address == b.address && a.length == b.length;
}

// Another one on every node and after every boot, the same for as long as the bridge can live.
Result<MacAddress> pinned_mac(const std::string& name) {
  const auto boot = current_boot_id();
  if (!boot) return std::unexpected(boot.error());
  return MacAddress::locally_administered(stable_hash({*boot, name, "bridge"}));
}

// What makes any bridge like one of ours. A new one needs it, too: an MTU that it is made with does not stick, one that
// is set does (net/bridge/br_if.c, br_mtu_auto_adjust).
Result<> adjust(Socket& host, const LinkRecord& found, const MacAddress& ours, std::uint32_t mtu) {
  Batch batch;
  Message message;
  ifinfomsg header{};
  header.ifi_index = found.index;
  if (found.mtu != mtu) {
    message.start(RTM_NEWLINK, 0, header);
    message.put_u32(IFLA_MTU, mtu);
    batch.add(message);
  }
  // Setting the address it has pins it. All zero: it never had a port.
  if (found.mac != ours) {
    message.start(RTM_NEWLINK, 0, header);
    message.put_mac(IFLA_ADDRESS, found.mac.is_unicast() ? found.mac : ours);
    batch.add(message);
  }
  if ((found.flags & IFF_UP) == 0) {
    write_link_up(message, found.index);
    batch.add(message);
  }
  return execute(host, batch, "adjust bridge " + found.name);
}

Result<> set_sysctls(const std::string& name, std::span<const AddressPool> pools) {
  if (!has_family(pools, Family::v6)) return {};
  // A pod is no router of the host's. And the host can ask for pods' hardware addresses only once its own link-local
  // address on the bridge is usable, which detection of duplicates would delay by a second or two.
  for (const auto& [parameter, value] :
       {std::pair{"/disable_ipv6", "0"}, std::pair{"/accept_ra", "0"}, std::pair{"/accept_dad", "0"}}) {
    if (const auto set = ensure_sysctl("ipv6/conf/" + name + parameter, value); !set) return set;
  }
  return {};
}

Result<> put_gateways(Socket& host, const LinkRecord& bridge, const Addresses& present,
                      std::span<const AddressPool> pools) {
  Batch batch;
  Message message;
  for (const AddressPool& pool : pools) {
    const AddressRecord wanted = gateway_of(pool.subnet(), bridge.index);
    const auto is_it = [&wanted](const AddressRecord& record) { return same_address(record, wanted); };
    if (std::any_of(present.begin(), present.end(), is_it)) continue;
    write_put(message, wanted);
    batch.add(message);
  }
  return execute(host, batch, "give bridge " + bridge.name + " the gateway's address");
}

Result<LinkRecord> make(Socket& host, const std::string& name, const MacAddress& mac) {
  Message message;
  write_bridge(message, name, mac);
  const auto made = host.request(message);
  if (!made && made.error().code != EEXIST) return fail_with("create bridge " + name, made.error());
  const auto found = netlink::find_link(host, name);
  if (!found) return std::unexpected(found.error());
  const auto& link = *found;
  if (!link) return fail("bridge {} was removed while it was being set up", name);
  if (link->kind != "bridge") {
    return fail("link {} is no bridge but {}: name another one with \"bridge\"", name,
                link->kind.empty() ? "a device" : link->kind);
  }
  return *link;
}

// In use by an attachment; also while it is not known.
bool in_use(const IpPrefix& subnet, const std::vector<Ledger::Entry>& entries) {
  return std::any_of(entries.begin(), entries.end(), [&subnet](const Ledger::Entry& entry) {
    if (!entry.attachment) return true;
    const auto& addresses = entry.attachment->addresses;
    return std::any_of(addresses.begin(), addresses.end(), [&](const auto& a) { return subnet.contains(a); });
  });
}

// Of subnets that are neither in `pools` nor in use.
Result<> remove_gateways(Socket& host, const std::string& name, const Addresses& present,
                         std::span<const AddressPool> pools, const Ledger& ledger) {
  std::optional<std::vector<Ledger::Entry>> entries;  // read only when there is a candidate
  for (const AddressRecord& record : present) {
    const auto current = [&record](const AddressPool& p) { return same_address(record, gateway_of(p.subnet(), 0)); };
    if (record.protocol != netlink::kPodProtocol || std::any_of(pools.begin(), pools.end(), current)) continue;
    if (!entries) {
      auto listed = ledger.list();
      if (!listed) return std::unexpected(listed.error());
      entries = *std::move(listed);
    }
    if (in_use(IpPrefix::containing(record.address, record.length), *entries)) continue;
    Message message;
    write_remove(message, record);
    const auto removed = host.request(message);
    if (!removed && removed.error().code != EADDRNOTAVAIL) {
      return fail_with("remove " + record.address.to_string() + " from bridge " + name, removed.error());
    }
  }
  return {};
}

}  // namespace

PodAddress pod_address(const IpAddress& address, const IpPrefix& subnet) {
  return {address, subnet.length(), gateway_of(subnet, 0).address};
}

Result<PodBridge> ensure(Socket& host, const std::string& name, std::uint32_t mtu, std::span<const AddressPool> pools,
                         const Ledger& ledger) {
  const auto mac = pinned_mac(name);
  if (!mac) return std::unexpected(mac.error());
  auto link = make(host, name, *mac);
  if (!link) return std::unexpected(link.error());
  if (const auto adjusted = adjust(host, *link, *mac, mtu); !adjusted) return std::unexpected(adjusted.error());
  if (const auto set = set_sysctls(name, pools); !set) return std::unexpected(set.error());
  const auto present = read_addresses(host, link->index);
  if (!present) return std::unexpected(present.error());
  if (const auto put = put_gateways(host, *link, *present, pools); !put) return std::unexpected(put.error());
  const auto retired = remove_gateways(host, name, *present, pools, ledger);
  if (!retired) return std::unexpected(retired.error());
  return PodBridge{.index = link->index, .name = name, .mac = link->mac.is_unicast() ? link->mac : *mac};
}

Result<> retire_gateways(Socket& host, const std::string& name, std::span<const AddressPool> pools,
                         const Ledger& ledger) {
  const auto found = netlink::find_link(host, name);
  if (!found) return std::unexpected(found.error());
  const auto& link = *found;
  if (!link) return {};
  const auto present = read_addresses(host, link->index);
  if (!present) return std::unexpected(present.error());
  return remove_gateways(host, name, *present, pools, ledger);
}

Result<> configure_host_end(Socket& host, const PodLink& link, const PodBridge& bridge) {
  const auto end = netlink::get_link(host, link.host_name);
  if (!end) return std::unexpected(end.error());
  Batch batch;
  Message message;
  write_bridge_port(message, end->index, bridge.isolated);
  batch.add(message);
  if (link.bandwidth.to_pod) {
    write_rate_limit(message, end->index, *link.bandwidth.to_pod);
    batch.add(message);
  }
  return execute(host, batch, "set up port " + link.host_name + " of bridge " + bridge.name);
}

}  // namespace weft::cni::bridge
