// The reactor: the API server, the lease, readiness, metrics and the admin server, on the main thread.
//
// Owns the Kubernetes client and everything that hangs on it. The kernel and firewall parts are told what to do by
// value and report by value. Threading: the io_context's one thread, for every function.
#pragma once

#include "daemon/daemon_config.h"
#include "daemon/data_plane.h"
#include "daemon/firewall_part.h"
#include "daemon/kernel_part.h"

#include <memory>

namespace boost::asio {
class io_context;
}

namespace weft {

class ReactorPart {
 public:
  // `kernel` and `firewall` must outlive the reactor.
  ReactorPart(boost::asio::io_context& io, DaemonConfig config, KernelPart& kernel, FirewallPart& firewall);
  ~ReactorPart();
  ReactorPart(const ReactorPart&) = delete;
  ReactorPart& operator=(const ReactorPart&) = delete;

  // Opens the admin server's sockets.
  [[nodiscard]] Result<> listen();
  void start();
  void stop();

  // Posted here by the other threads.
  void uplink_changed(const UplinkReport& report);
  void kernel_applied(const ApplyReport& report);
  void firewall_applied(const FirewallReport& report);
  void kernel_alive();
  void firewall_alive();
  void netlink_overrun();
  void ledger_swept(const SweepReport& report);
  void pod_table_kept(const PodTableReport& report);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft
