// The lease protocol's shell: one watch of all Nodes, the set it keeps current, the state machine, its requests.
//
// Owns all of these and two timers. Threading: the reactor. The listener is called there, never from inside a call to
// the shell's public functions but start(), set_vtep() and pods_gone().
// Order is what makes judgements right: an event is applied to the set, then the protocol is stepped, before the next
// event is looked at. Snapshots for the data plane are gathered for kGather, since a burst of events needs only one.
#pragma once

#include "daemon/data_plane.h"
#include "daemon/lease_requests.h"
#include "daemon/node_events.h"
#include "subnet/lease_protocol.h"
#include "subnet/lease_set.h"
#include "subnet/reflector_core.h"
#include "subnet/relist_damper.h"

#include <chrono>
#include <memory>
#include <string>

namespace weft {

class LeaseListener {
 public:
  virtual ~LeaseListener() = default;

  // The first complete list is there. `own` is unset when the Node does not exist (yet).
  virtual void on_synced(const std::optional<NodeRecord>& own) = 0;
  virtual void on_data_plane(DataPlaneInput input) = 0;
  virtual void on_held(const LocalLease& local) = 0;
  virtual void on_suspect(const std::string& reason) = 0;
  virtual void on_evicted(const Subnets& subnets, const std::string& reason) = 0;
  virtual void on_exhausted(const std::string& reason) = 0;
  virtual void on_lease_event(lease_action::LeaseEventReason reason, const std::string& message) = 0;
  virtual void on_lease_problem(const std::string& message) = 0;
  virtual void on_watch_broken(const StreamBroken& broken) = 0;
  virtual void on_watch_alive() = 0;  // an event or a list came through
  virtual void on_held_back(std::size_t nodes) = 0;
};

class LeaseShell {
 public:
  static constexpr std::chrono::milliseconds kGather{10};

  // `client` and `listener` must outlive the shell.
  LeaseShell(KubeClient& client, LeaseConfig config, const AnnotationKeys& keys, std::string_view annotation_prefix,
             LeaseListener& listener);
  ~LeaseShell();
  LeaseShell(const LeaseShell&) = delete;
  LeaseShell& operator=(const LeaseShell&) = delete;

  void start();
  void stop();
  void set_vtep(const Vtep& vtep);
  void pods_gone();

  [[nodiscard]] const LeaseSet& nodes() const;
  [[nodiscard]] LeaseState state() const;
  [[nodiscard]] const std::optional<LocalLease>& local() const;
  [[nodiscard]] const ReflectorStatus& watch_status() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft
