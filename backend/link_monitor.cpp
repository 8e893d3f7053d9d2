#include "backend/link_monitor.h"

#include "backend/monitor_filter.h"

#include <utility>

#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

namespace weft {

namespace {

constexpr int kGroups[] = {RTNLGRP_LINK,        RTNLGRP_NEIGH,      RTNLGRP_IPV4_IFADDR,
                           RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE};

ScopeIndexes resolve(const MonitorScope& scope) {
  ScopeIndexes indexes;
  for (const auto& name : scope.devices) {
    if (const unsigned index = ::if_nametoindex(name.c_str()); index != 0) {
      indexes.devices.push_back(static_cast<int>(index));
    }
  }
  if (!scope.uplink.empty()) indexes.uplink = static_cast<int>(::if_nametoindex(scope.uplink.c_str()));
  return indexes;
}

}  // namespace

class LinkMonitor::Impl {
 public:
  Impl(boost::asio::io_context& context, netlink::Listener listener, std::uint32_t own_port, Handler handler)
      : own_port_(own_port),
        handler_(std::move(handler)),
        loop_(
            context, std::move(listener), [this](netlink::MessageView view) { return judge(view); },
            [this](MonitorEvent event) { heard(event); }) {}

  void watch(MonitorScope scope) {
    scope_ = std::move(scope);
    refresh();
  }

 private:
  bool judge(netlink::MessageView view) {
    if (!concerns(scope_, indexes_, view)) return false;
    links_changed_ = links_changed_ || view.type() == RTM_NEWLINK || view.type() == RTM_DELLINK;
    return true;
  }

  void heard(MonitorEvent event) {
    if (links_changed_ || event == MonitorEvent::lost) refresh();
    links_changed_ = false;
    handler_(event);
  }

  // Entries of a device that is new since the last time could not be heard of; its own notification made us
  // come here, so whoever is called next finds them by a dump.
  void refresh() {
    auto indexes = resolve(scope_);
    if (indexes == indexes_) return;
    if (!loop_.listener().set_filter(monitor_filter(own_port_, indexes.devices))) return;
    indexes_ = std::move(indexes);
  }

  std::uint32_t own_port_;
  Handler handler_;
  MonitorScope scope_;
  ScopeIndexes indexes_;
  bool links_changed_ = false;
  NotificationLoop loop_;
};

LinkMonitor::LinkMonitor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LinkMonitor::LinkMonitor(LinkMonitor&&) noexcept = default;
LinkMonitor& LinkMonitor::operator=(LinkMonitor&&) noexcept = default;
LinkMonitor::~LinkMonitor() = default;

Result<LinkMonitor> LinkMonitor::open(boost::asio::io_context& context, std::uint32_t own_port, MonitorScope scope,
                                      Handler handler) {
  auto listener = netlink::Listener::open(NETLINK_ROUTE, kGroups, monitor_filter(own_port, {}));
  if (!listener) return std::unexpected(listener.error());
  auto impl = std::make_unique<Impl>(context, *std::move(listener), own_port, std::move(handler));
  impl->watch(std::move(scope));
  return LinkMonitor(std::move(impl));
}

void LinkMonitor::watch(MonitorScope scope) { impl_->watch(std::move(scope)); }

}  // namespace weft
