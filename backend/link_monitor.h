// Hears when somebody else, or the kernel, changes what concerns Weft.
//
// Owns: one netlink listener with a filter in the kernel (monitor_filter.h), and a wait on it.
// Threading: everything, the handler included, on the io_context's one thread, the kernel thread.
// It says only that something changed: what the kernel holds now, a dump tells. Notifications that are waiting
// together give one call. Some are lost by design (monitor_filter.h), so a periodic resync remains necessary.
// An own apply does not come back, except for devices, IPv6 addresses and removed entries (monitor_filter.h).
#pragma once

#include "backend/monitor_scope.h"
#include "subnet/result.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace weft {

enum class MonitorEvent : std::uint8_t {
  changed,  // an own device, its entries, the uplink, or a route of the main table
  lost,     // notifications were lost (ENOBUFS): anything may have changed
  broken,   // the listener failed and is silent from now on: open another one
};

class LinkMonitor {
 public:
  using Handler = std::function<void(MonitorEvent)>;

  // In the network namespace of the calling thread. `own_port`: NetlinkKernel::port().
  [[nodiscard]] static Result<LinkMonitor> open(boost::asio::io_context& context, std::uint32_t own_port,
                                                MonitorScope scope, Handler handler);
  LinkMonitor(LinkMonitor&&) noexcept;
  LinkMonitor& operator=(LinkMonitor&&) noexcept;
  ~LinkMonitor();  // the handler is not called again

  // Should the kernel refuse the filter for it, the old one stays until a link changes; resync covers the time.
  void watch(MonitorScope scope);

 private:
  class Impl;
  explicit LinkMonitor(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace weft
