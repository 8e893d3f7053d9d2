#include "backend/link_monitor.h"

#include "backend/monitor_filter.h"
#include "backend/netlink/listener.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cerrno>
#include <optional>
#include <utility>

#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

namespace weft {

namespace {

constexpr int kGroups[] = {RTNLGRP_LINK,        RTNLGRP_NEIGH,      RTNLGRP_IPV4_IFADDR,
                           RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE};
// Read at most this many in one go, so that a storm does not keep the thread from its other work.
constexpr int kMaxDatagrams = 1000;

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

bool loses_messages(const Error& error) { return error.code == ENOBUFS || error.code == EMSGSIZE; }

}  // namespace

class LinkMonitor::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& context, netlink::Listener listener, std::uint32_t own_port, Handler handler)
      : listener_(std::move(listener)),
        descriptor_(context, listener_.fd()),
        own_port_(own_port),
        handler_(std::move(handler)) {}
  // The listener closes the descriptor itself.
  ~Impl() { descriptor_.release(); }

  void watch(MonitorScope scope) {
    scope_ = std::move(scope);
    refresh();
  }

  void wait() {
    descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                           [weak = weak_from_this()](const boost::system::error_code& error) {
                             const auto self = weak.lock();
                             if (self && !error) self->on_readable();
                           });
  }

  // The destructor of LinkMonitor ran: whatever is still queued must not call the handler.
  void stop() { handler_ = nullptr; }

 private:
  void on_readable() {
    const auto event = drain();
    if (event != MonitorEvent::broken) wait();
    if (event && handler_) handler_(*event);  // last: it may destroy us
  }

  std::optional<MonitorEvent> drain() {
    std::optional<MonitorEvent> event;
    bool links_changed = false;
    for (int i = 0; i < kMaxDatagrams; ++i) {
      const auto datagram = listener_.next();
      if (!datagram && !loses_messages(datagram.error())) return MonitorEvent::broken;
      if (!datagram) {
        event = MonitorEvent::lost;
        links_changed = true;
        continue;
      }
      const auto bytes = datagram->value_or(std::span<const std::byte>());
      if (bytes.empty()) break;
      const auto concern = judge(bytes);
      links_changed = links_changed || concern.links;
      if (concern.any && !event) event = MonitorEvent::changed;
    }
    if (links_changed) refresh();
    return event;
  }

  struct Concern {
    bool any = false;
    bool links = false;
  };

  [[nodiscard]] Concern judge(std::span<const std::byte> datagram) const {
    Concern concern;
    netlink::MessageReader reader(datagram);
    while (const auto view = reader.next()) {
      if (!concerns(scope_, indexes_, *view)) continue;
      concern.any = true;
      concern.links = concern.links || view->type() == RTM_NEWLINK || view->type() == RTM_DELLINK;
    }
    return concern;
  }

  // Entries of a device that is new since the last time could not be heard of; its own notification made us
  // come here, so whoever is called next finds them by a dump.
  bool refresh() {
    auto indexes = resolve(scope_);
    if (indexes == indexes_) return true;
    if (!listener_.set_filter(monitor_filter(own_port_, indexes.devices))) return false;
    indexes_ = std::move(indexes);
    return true;
  }

  netlink::Listener listener_;
  boost::asio::posix::stream_descriptor descriptor_;
  std::uint32_t own_port_;
  Handler handler_;
  MonitorScope scope_;
  ScopeIndexes indexes_;
};

LinkMonitor::LinkMonitor(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
LinkMonitor::LinkMonitor(LinkMonitor&&) noexcept = default;
LinkMonitor& LinkMonitor::operator=(LinkMonitor&&) noexcept = default;
LinkMonitor::~LinkMonitor() {
  if (impl_) impl_->stop();
}

Result<LinkMonitor> LinkMonitor::open(boost::asio::io_context& context, std::uint32_t own_port, MonitorScope scope,
                                      Handler handler) {
  auto listener = netlink::Listener::open(NETLINK_ROUTE, kGroups, monitor_filter(own_port, {}));
  if (!listener) return std::unexpected(listener.error());
  auto impl = std::make_shared<Impl>(context, *std::move(listener), own_port, std::move(handler));
  impl->watch(std::move(scope));
  impl->wait();
  return LinkMonitor(std::move(impl));
}

void LinkMonitor::watch(MonitorScope scope) { impl_->watch(std::move(scope)); }

}  // namespace weft
