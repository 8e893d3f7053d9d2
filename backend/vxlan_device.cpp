#include "backend/vxlan_device.h"

#include "backend/kernel_links.h"
#include "backend/netlink/requests.h"

#include <algorithm>
#include <cerrno>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

namespace weft {

namespace {

using netlink::LinkRecord;
using netlink::Message;
using netlink::Socket;

std::unexpected<Error> fail_code(int code, std::string message) {
  return std::unexpected(Error{std::move(message), code});
}

void write_create(Message& message, const Link& link, const VxlanParams& vxlan, int uplink) {
  message.start(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifinfomsg{});
  message.put_string(IFLA_IFNAME, link.name).put_mac(IFLA_ADDRESS, link.mac).put_u32(IFLA_MTU, link.mtu);
  const auto info = message.nest(IFLA_LINKINFO);
  message.put_string(IFLA_INFO_KIND, "vxlan");
  const auto data = message.nest(IFLA_INFO_DATA);
  message.put_u32(IFLA_VXLAN_ID, vxlan.vni)
      .put_be16(IFLA_VXLAN_PORT, vxlan.port)
      .put_u32(IFLA_VXLAN_LINK, static_cast<std::uint32_t>(uplink))
      .put_address(vxlan.local.is_v4() ? IFLA_VXLAN_LOCAL : IFLA_VXLAN_LOCAL6, vxlan.local)
      .put_u8(IFLA_VXLAN_LEARNING, vxlan.learning ? 1 : 0);
}

// By name, so that it can follow a creation in the same batch.
void start_change(Message& message, const std::string& name, const ifinfomsg& header) {
  message.start(RTM_NEWLINK, 0, header);
  message.put_string(IFLA_IFNAME, name);
}

void write_no_link_local(Message& message, const std::string& name) {
  start_change(message, name, {});
  const auto families = message.nest(IFLA_AF_SPEC);
  const auto inet6 = message.nest(AF_INET6);
  message.put_u8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
}

void write_up(Message& message, const std::string& name, bool up) {
  ifinfomsg header{};
  header.ifi_flags = up ? IFF_UP : 0;
  header.ifi_change = IFF_UP;
  start_change(message, name, header);
}

// The mode must be set before the device comes up, and the kernel sets it only on a device that exists.
Result<> set_mode_and_up(Socket& socket, const Link& link) {
  Message message;
  write_no_link_local(message, link.name);
  const auto mode = socket.request(message);
  // EAFNOSUPPORT: IPv6 is off in this kernel or on this device, so there is no address to keep away.
  if (!mode && mode.error().code != EAFNOSUPPORT) return mode;
  write_up(message, link.name, link.up);
  return socket.request(message);
}

bool is_v6(const netlink::VxlanRecord& vxlan) {
  const auto& endpoint = vxlan.local ? vxlan.local : vxlan.remote;
  return endpoint && !endpoint->is_v4();
}

// Whose device has taken the VNI and port; the kernel compares them among devices of one underlay family.
std::string other_owner(const KernelLinks& links, const std::string& name, const VxlanParams& wanted) {
  const auto is_taken = [&](const LinkRecord& record) {
    const auto& vxlan = record.vxlan;
    return vxlan && record.name != name && vxlan->vni == wanted.vni && vxlan->port == wanted.port &&
           is_v6(*vxlan) != wanted.local.is_v4();
  };
  const auto found = std::ranges::find_if(links.records(), is_taken);
  return found != links.records().end() ? found->name : std::string();
}

Result<> explain_exists(Socket& socket, const std::string& name, const VxlanParams& vxlan, const Error& error) {
  const auto links = read_links(socket);
  const auto owner = links ? other_owner(*links, name, vxlan) : std::string();
  if (owner.empty()) return std::unexpected(error);
  return fail_code(EEXIST, fmt::format("device {} of another owner has VNI {} and port {} already: remove it or choose "
                                       "another Backend.VNI or Backend.Port",
                                       owner, vxlan.vni, vxlan.port));
}

Result<> create(Socket& socket, const Link& link, const VxlanParams& vxlan) {
  Message message;
  netlink::write_get_link(message, vxlan.uplink);
  const auto uplink = socket.get(message);
  if (!uplink) {
    return fail_code(uplink.error().code, fmt::format("uplink device {}: {}", vxlan.uplink, uplink.error().message));
  }
  const auto record = netlink::parse_link(uplink->view());
  write_create(message, link, vxlan, record ? record->index : 0);
  const auto created = socket.request(message);
  if (!created && created.error().code == EEXIST) return explain_exists(socket, link.name, vxlan, created.error());
  if (!created) return created;
  return set_mode_and_up(socket, link);
}

Result<> change(Socket& socket, const Link& link, const Link& actual) {
  if (actual.mtu != link.mtu || actual.mac != link.mac) {
    Message message;
    start_change(message, link.name, {});
    if (actual.mac != link.mac) message.put_mac(IFLA_ADDRESS, link.mac);
    if (actual.mtu != link.mtu) message.put_u32(IFLA_MTU, link.mtu);
    if (const auto changed = socket.request(message); !changed) return changed;
  }
  return set_mode_and_up(socket, link);
}

}  // namespace

Result<> put_vxlan_device(Socket& socket, const Link& link) {
  if (!link.vxlan) return fail_code(EINVAL, "only VXLAN devices can be made");
  const auto links = read_links(socket);
  if (!links) return std::unexpected(links.error());
  const auto* record = links->find(link.name);
  if (record == nullptr) return create(socket, link, *link.vxlan);
  const Link actual = links->value_of(*record);
  if (actual.vxlan == link.vxlan) return change(socket, link, actual);
  return fail_code(
      EEXIST, fmt::format("the device exists with other attributes ({}): it must be removed first", to_string(actual)));
}

Result<> remove_device(Socket& socket, std::string_view name) {
  Message message;
  message.start(RTM_DELLINK, 0, ifinfomsg{});
  message.put_string(IFLA_IFNAME, name);
  return socket.request(message);
}

}  // namespace weft
