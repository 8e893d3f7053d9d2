// Hears when somebody else, or the kernel, changes what concerns Weft.
//
// Owns: one notification loop with a filter in the kernel (monitor_filter.h).
// Threading: everything, the handler included, on the io_context's one thread, the kernel thread.
// `changed` is an own device, its entries, the uplink, or a route of the main table. It says only that something
// changed: what the kernel holds now, a dump tells. Some changes are not heard of by design (monitor_filter.h), so a
// periodic resync remains necessary.
// An own apply does not come back, except for devices, IPv6 addresses and removed entries (monitor_filter.h).
#pragma once

#include "backend/monitor_scope.h"
#include "backend/notification_loop.h"
#include "subnet/result.h"

#include <cstdint>
#include <memory>

namespace weft {

class LinkMonitor {
 public:
  using Handler = NotificationLoop::Handler;

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
  explicit LinkMonitor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft
