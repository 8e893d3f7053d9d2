// Tells people how it goes with the API server and the lease: changes as lines, repeated failures counted.
//
// Threading: the reactor.
#pragma once

#include "daemon/fault_log.h"
#include "subnet/lease.h"
#include "subnet/reflector_core.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace weft {

class LeaseLog {
 public:
  void synced(const std::string& server, std::size_t nodes);
  void no_node(const std::string& node);
  void watch_broken(const StreamBroken& broken);
  void watch_alive();
  void held_back(std::size_t nodes);

  void held(const Lease& lease);
  void suspect(const std::string& reason);
  void evicted(const Subnets& subnets, const std::string& reason);
  void exhausted(const std::string& reason);
  void silent_holders(const std::string& names);  // empty: none
  void problem(const std::string& message);

  // `error` is empty after a success.
  void files(const std::string& error);
  void condition(bool unavailable, const std::string& error);
  void event(const std::string& error);

 private:
  void failed(FaultLog& faults, std::string_view what, const std::string& error);

  std::string held_;
  FaultLog watch_faults_;
  FaultLog lease_faults_;
  FaultLog file_faults_;
  FaultLog condition_faults_;
  FaultLog event_faults_;
};

}  // namespace weft
