// Tells people what the data plane did: one line a change, and the events that go on the Node.
//
// Threading: the reactor.
#pragma once

#include "daemon/data_plane.h"
#include "daemon/fault_log.h"
#include "daemon/firewall_part.h"
#include "daemon/line_limit.h"
#include "daemon/node_events.h"
#include "daemon/peer_news.h"

#include <functional>
#include <string>
#include <vector>

namespace weft {

class ApplyLog {
 public:
  using PostEvent = std::function<void(const NodeEventText&)>;

  explicit ApplyLog(PostEvent post) : post_(std::move(post)) {}

  void uplink(const UplinkReport& report);
  void kernel(const ApplyReport& report);
  void firewall(const FirewallReport& report);

 private:
  void peers(const ApplyReport& report);
  void changes(const ApplyReport& report);
  void dropping(const std::vector<std::string>& chains);

  PostEvent post_;
  PeerNews news_;
  FaultLog uplink_faults_;
  FaultLog kernel_faults_;
  FaultLog firewall_faults_;
  LineLimit firewall_repairs_;
  std::vector<std::string> dropping_;
};

}  // namespace weft
