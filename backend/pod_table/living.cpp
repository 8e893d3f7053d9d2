#include "backend/pod_table/living.h"

#include "backend/netlink/find_link.h"
#include "backend/pod_table/port_elements.h"

#include <algorithm>

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

}  // namespace

Result<std::vector<Attachment>> living_with_ports(const Ledger& ledger) {
  auto entries = ledger.list();
  if (!entries) return std::unexpected(entries.error());
  auto socket = netlink::Socket::open(NETLINK_ROUTE);
  if (!socket) return std::unexpected(socket.error());
  std::vector<Attachment> living;
  for (Ledger::Entry& entry : *entries) {
    if (!entry.attachment || entry.attachment->port_mappings.empty()) continue;
    const auto alive = is_living(*socket, *entry.attachment);
    if (!alive) return std::unexpected(alive.error());
    if (*alive) living.push_back(*std::move(entry.attachment));
  }
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
