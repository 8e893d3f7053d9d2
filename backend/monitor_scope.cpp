#include "backend/monitor_scope.h"

#include "backend/netlink/records.h"

#include <algorithm>

#include <linux/rtnetlink.h>

namespace weft {

namespace {

bool covers(const MonitorScope& scope, const ScopeIndexes& indexes, int link) {
  return scope.uplink.empty() || link == indexes.uplink ||
         std::ranges::find(indexes.devices, link) != indexes.devices.end();
}

bool covers(const MonitorScope& scope, const std::string& name) {
  return name == scope.uplink || std::ranges::find(scope.devices, name) != scope.devices.end();
}

}  // namespace

bool concerns(const MonitorScope& scope, const ScopeIndexes& indexes, netlink::MessageView view) {
  switch (view.type()) {
    case RTM_NEWLINK:
    case RTM_DELLINK: {
      const auto link = netlink::parse_link(view);
      return link && (covers(scope, indexes, link->index) || covers(scope, link->name));
    }
    case RTM_NEWADDR:
    case RTM_DELADDR: {
      const auto address = netlink::parse_address(view);
      return address && covers(scope, indexes, address->link);
    }
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
    case RTM_NEWNEIGH:
    case RTM_DELNEIGH:
      return true;
    default:
      return false;
  }
}

}  // namespace weft
