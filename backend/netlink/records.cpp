#include "backend/netlink/records.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace weft::netlink {

namespace {

bool is_one_of(MessageView view, std::uint16_t added, std::uint16_t deleted) {
  return view.type() == added || view.type() == deleted;
}

std::optional<VxlanRecord> parse_vxlan(const Attributes& data) {
  const auto vni = data.u32(IFLA_VXLAN_ID);
  if (!vni) return std::nullopt;
  VxlanRecord vxlan;
  vxlan.vni = *vni;
  vxlan.port = data.be16(IFLA_VXLAN_PORT).value_or(0);
  vxlan.lower = static_cast<int>(data.u32(IFLA_VXLAN_LINK).value_or(0));
  vxlan.local = data.has(IFLA_VXLAN_LOCAL6) ? data.address(IFLA_VXLAN_LOCAL6) : data.address(IFLA_VXLAN_LOCAL);
  vxlan.remote = data.has(IFLA_VXLAN_GROUP6) ? data.address(IFLA_VXLAN_GROUP6) : data.address(IFLA_VXLAN_GROUP);
  vxlan.learning = data.u8(IFLA_VXLAN_LEARNING).value_or(0) != 0;
  return vxlan;
}

}  // namespace

std::optional<LinkRecord> parse_link(MessageView view) {
  const auto* header = view.header<ifinfomsg>();
  // Bridges also report their ports with AF_BRIDGE, in messages that look like a link's.
  if (!is_one_of(view, RTM_NEWLINK, RTM_DELLINK) || header == nullptr || header->ifi_family != AF_UNSPEC) {
    return std::nullopt;
  }
  const auto attributes = view.attributes<ifinfomsg>();
  const auto info = attributes.nested(IFLA_LINKINFO);
  LinkRecord link;
  link.index = header->ifi_index;
  link.name = attributes.string(IFLA_IFNAME);
  link.kind = info.string(IFLA_INFO_KIND);
  link.flags = header->ifi_flags;
  link.mtu = attributes.u32(IFLA_MTU).value_or(0);
  link.mac = attributes.mac(IFLA_ADDRESS).value_or(MacAddress());
  link.master = static_cast<int>(attributes.u32(IFLA_MASTER).value_or(0));
  if (info.string(IFLA_INFO_SLAVE_KIND) == "bridge") {
    link.hairpin = info.nested(IFLA_INFO_SLAVE_DATA).u8(IFLA_BRPORT_MODE).value_or(0) != 0;
  }
  if (link.kind == "vxlan") link.vxlan = parse_vxlan(info.nested(IFLA_INFO_DATA));
  return link;
}

std::optional<AddressRecord> parse_address(MessageView view) {
  const auto* header = view.header<ifaddrmsg>();
  if (!is_one_of(view, RTM_NEWADDR, RTM_DELADDR) || header == nullptr) return std::nullopt;
  const auto attributes = view.attributes<ifaddrmsg>();
  // IFA_ADDRESS is the peer's on point-to-point links; IFA_LOCAL, where there is one, is ours.
  const auto address = attributes.has(IFA_LOCAL) ? attributes.address(IFA_LOCAL) : attributes.address(IFA_ADDRESS);
  if (!address || header->ifa_prefixlen > address_bits(address->family())) return std::nullopt;
  return AddressRecord{.link = static_cast<int>(header->ifa_index),
                       .address = *address,
                       .length = header->ifa_prefixlen,
                       .flags = attributes.u32(IFA_FLAGS).value_or(header->ifa_flags),
                       .scope = header->ifa_scope,
                       .protocol = attributes.u8(IFA_PROTO).value_or(0)};
}

std::optional<NeighbourRecord> parse_neighbour(MessageView view) {
  const auto* header = view.header<ndmsg>();
  if (!is_one_of(view, RTM_NEWNEIGH, RTM_DELNEIGH) || header == nullptr) return std::nullopt;
  if (header->ndm_family != AF_INET && header->ndm_family != AF_INET6) return std::nullopt;
  const auto attributes = view.attributes<ndmsg>();
  const auto address = attributes.address(NDA_DST);
  if (!address) return std::nullopt;
  return NeighbourRecord{.link = header->ndm_ifindex,
                         .address = *address,
                         .mac = attributes.mac(NDA_LLADDR).value_or(MacAddress()),
                         .state = header->ndm_state,
                         .flags = header->ndm_flags};
}

std::optional<FdbRecord> parse_fdb(MessageView view) {
  const auto* header = view.header<ndmsg>();
  if (!is_one_of(view, RTM_NEWNEIGH, RTM_DELNEIGH) || header == nullptr) return std::nullopt;
  const auto attributes = view.attributes<ndmsg>();
  const auto mac = attributes.mac(NDA_LLADDR);
  if (header->ndm_family != AF_BRIDGE || !mac) return std::nullopt;
  return FdbRecord{
      .link = header->ndm_ifindex,
      .mac = *mac,
      .remote = attributes.address(NDA_DST),
      .state = header->ndm_state,
      .flags = header->ndm_flags,
      .special = attributes.has(NDA_PORT) || attributes.has(NDA_VNI) || attributes.has(NDA_IFINDEX),
  };
}

}  // namespace weft::netlink
