#include "backend/kernel_links.h"

#include "backend/netlink/requests.h"

#include <algorithm>

#include <net/if.h>

namespace weft {

using netlink::LinkRecord;

KernelLinks::KernelLinks(std::vector<LinkRecord> records) : records_(std::move(records)) {
  std::ranges::sort(records_, {}, &LinkRecord::index);
}

const LinkRecord* KernelLinks::find(int index) const {
  const auto found = std::ranges::lower_bound(records_, index, {}, &LinkRecord::index);
  return found != records_.end() && found->index == index ? &*found : nullptr;
}

const LinkRecord* KernelLinks::find(std::string_view name) const {
  const auto found = std::ranges::find(records_, name, &LinkRecord::name);
  return found != records_.end() ? &*found : nullptr;
}

std::string KernelLinks::name_of(int index) const {
  if (index == 0) return {};
  const auto* record = find(index);
  return record != nullptr ? record->name : fmt::format("if{}", index);
}

Link KernelLinks::value_of(const LinkRecord& record) const {
  Link link{.name = record.name,
            .vxlan = std::nullopt,
            .mac = record.mac,
            .mtu = record.mtu,
            .up = (record.flags & IFF_UP) != 0};
  if (record.vxlan) {
    link.vxlan = VxlanParams{.vni = record.vxlan->vni,
                             .port = record.vxlan->port,
                             .uplink = find(record.vxlan->lower) != nullptr ? name_of(record.vxlan->lower) : "",
                             .local = record.vxlan->local.value_or(IpAddress()),
                             .learning = record.vxlan->learning};
  }
  return link;
}

Result<KernelLinks> read_links(netlink::Socket& socket) {
  netlink::Message message;
  netlink::write_dump_links(message);
  auto records = socket.dump(message, netlink::parse_link);
  if (!records) return fail_with("dump links", records.error());
  return KernelLinks(*std::move(records));
}

}  // namespace weft
