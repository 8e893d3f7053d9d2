#include "backend/pod_table/living.h"

#include "backend/netlink/find_link.h"
#include "backend/netlink/pod_objects.h"
#include "backend/netlink/requests.h"
#include "backend/pod_table/port_elements.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <linux/netlink.h>

namespace weft::pod_table {

namespace {

using netlink::nft::Element;

Result<bool> is_living(netlink::Socket& socket, const Attachment& attachment) {
  const auto link = netlink::find_link(socket, attachment.host_link);
  if (!link) return std::unexpected(link.error());
  return link->has_value();
}

// The address that a map's value begins with: of four bytes before those of the port, or of sixteen.
std::optional<IpAddress> target_of(const Element& element) {
  constexpr std::size_t kPort = 4;
  const auto bytes = element.data.bytes();
  if (bytes.size() != 4 + kPort && bytes.size() != 16 + kPort) return std::nullopt;
  const auto address = bytes.first(bytes.size() - kPort);
  return IpAddress::from_bytes({reinterpret_cast<const std::uint8_t*>(address.data()), address.size()});
}

bool makes(const Attachment& attachment, std::string_view set, const Element& element) {
  const auto elements = port_elements(attachment);
  return std::any_of(elements.begin(), elements.end(), [&](const PortElement& own) {
    return own.set == set && own.element.key == element.key && own.element.data == element.data;
  });
}

// The pods' links by name, with the bridge that each is a port of.
Result<std::map<std::string, std::string>> pod_links() {
  auto socket = netlink::Socket::open(NETLINK_ROUTE);
  if (!socket) return std::unexpected(socket.error());
  netlink::Message message;
  netlink::write_dump_links(message);
  const auto links = socket->dump(message, netlink::parse_link);
  if (!links) return fail_with("list the pods' links", links.error());
  std::map<int, std::string> names;
  for (const auto& link : *links) names.emplace(link.index, link.name);
  std::map<std::string, std::string> bridges;
  for (const auto& link : *links) {
    if (netlink::is_pod_link(link)) bridges.emplace(link.name, link.master == 0 ? "" : names[link.master]);
  }
  return bridges;
}

// All of them are of this boot. Entries without a time are of an earlier version.
bool came_before(const LivingPod& a, const LivingPod& b) {
  constexpr std::chrono::milliseconds kEarly{0};
  return std::tuple(a.attachment.since_boot.value_or(kEarly), a.attachment.created_at) <
         std::tuple(b.attachment.since_boot.value_or(kEarly), b.attachment.created_at);
}

}  // namespace

// First the links: an ADD at work has its entry before its link.
Result<Living> look_who_lives(const Ledger* ledger) {
  auto unclaimed = pod_links();
  if (!unclaimed) return std::unexpected(unclaimed.error());
  auto entries = ledger != nullptr ? ledger->list() : std::vector<Ledger::Entry>();
  if (!entries) return std::unexpected(entries.error());
  Living living{.any = !unclaimed->empty()};
  for (Ledger::Entry& entry : *entries) {
    if (!entry.attachment) continue;
    const auto link = unclaimed->extract(entry.attachment->host_link);
    if (link.empty()) continue;
    if (!link.mapped().empty()) living.on_bridges.push_back({*entry.attachment, link.mapped()});
    if (!entry.attachment->port_mappings.empty()) {
      living.with_ports.push_back({*std::move(entry.attachment), link.mapped()});
    }
  }
  living.unknown = !unclaimed->empty();
  for (const auto& [name, bridge] : *unclaimed) {
    if (!bridge.empty()) living.unknown_on_bridges.push_back(name);
  }
  std::sort(living.with_ports.begin(), living.with_ports.end(), came_before);
  return living;
}

Result<std::optional<Attachment>> living_holder(const Ledger& ledger, std::string_view set, const Element& element) {
  const auto address = target_of(element);
  auto owner = address ? ledger.owner_of(*address) : std::nullopt;
  if (!owner || !makes(*owner, set, element)) return std::nullopt;
  auto socket = netlink::Socket::open(NETLINK_ROUTE);
  if (!socket) return std::unexpected(socket.error());
  const auto alive = is_living(*socket, *owner);
  if (!alive) return std::unexpected(alive.error());
  return *alive ? std::move(owner) : std::nullopt;
}

}  // namespace weft::pod_table
