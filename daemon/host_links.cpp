#include "daemon/host_links.h"

#include "backend/netlink/pod_objects.h"
#include "backend/netlink/requests.h"

#include <cerrno>
#include <optional>
#include <utility>

#include <linux/rtnetlink.h>
#include <net/if.h>

namespace weft {
namespace {

std::optional<HostLink> host_link(netlink::MessageView view) {
  auto record = netlink::parse_link(view);
  if (!record || !netlink::is_pod_link(*record)) return std::nullopt;
  return HostLink{record->index, std::move(record->name), (record->flags & IFF_UP) != 0};
}

}  // namespace

Result<std::unique_ptr<NetlinkHostLinks>> NetlinkHostLinks::open() {
  auto socket = netlink::Socket::open(NETLINK_ROUTE);
  if (!socket) return fail_with("open rtnetlink", socket.error());
  return std::make_unique<NetlinkHostLinks>(*std::move(socket));
}

Result<std::vector<HostLink>> NetlinkHostLinks::list() {
  netlink::Message message;
  netlink::write_dump_links(message);
  auto links = socket_.dump(message, host_link);
  if (!links) return fail_with("list the pods' links", links.error());
  return links;
}

// The kernel answers this ioctl from under RCU.
bool NetlinkHostLinks::exists(const std::string& name) const {
  return ::if_nametoindex(name.c_str()) != 0 || errno != ENODEV;
}

Result<> NetlinkHostLinks::remove(const HostLink& link) {
  netlink::Message message;
  ifinfomsg header{};
  header.ifi_index = link.index;
  message.start(RTM_DELLINK, 0, header);
  const auto removed = socket_.request(message);
  if (!removed && removed.error().code != ENODEV) return fail_with("remove " + link.name, removed.error());
  return {};
}

}  // namespace weft
