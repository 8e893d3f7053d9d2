// The values that travel between the reactor and the kernel thread.
#pragma once

#include "backend/desired_state.h"
#include "backend/node_facts.h"
#include "backend/operation.h"
#include "backend/route_conflict.h"
#include "daemon/apply_runner.h"
#include "subnet/lease_snapshot.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

// Down: what the kernel should be made to hold. The latest wins.
struct DataPlaneInput {
  LeaseSnapshotPtr snapshot;       // without `self` until the lease is held: then nothing is planned
  std::optional<Subnets> evicted;  // these are another node's now: everything of ours goes
  // weft.network/public-ip-overwrite and -ipv6-overwrite of the own Node.
  std::optional<IpAddress> public_ip_overwrite;
  std::optional<IpAddress> public_ip6_overwrite;

  friend bool operator==(const DataPlaneInput&, const DataPlaneInput&) = default;
};

// Up, at start and whenever it has changed: how peers can reach this node.
struct UplinkReport {
  std::optional<Uplink> uplink;
  std::string error;                  // set when there is none
  std::vector<std::string> warnings;  // what will hurt though it works: uplink_warnings()
  // MACs of Weft's devices as they were found at start.
  std::optional<MacAddress> device_mac;
  std::optional<MacAddress> device_mac6;

  friend bool operator==(const UplinkReport&, const UplinkReport&) = default;
};

// The kinds of kernel objects, in the order of KernelObject.
inline constexpr std::array<std::string_view, 5> kObjectKinds{"link", "address", "neighbour", "fdb", "route"};

struct ObjectCounts {
  std::size_t put = 0;
  std::size_t removed = 0;
  std::size_t repaired = 0;  // of these, what had been right before and was changed by somebody else
  std::size_t failed = 0;

  friend bool operator==(const ObjectCounts&, const ObjectCounts&) = default;
};

// Up, after each run of the reconciler.
struct ApplyReport {
  Trigger trigger = Trigger::start;
  std::optional<LocalLease> self;
  bool planned = false;  // there was something to compare with
  bool ok = false;       // and the kernel holds it now
  std::string error;     // why not: the first failure, with the remedy
  std::size_t failures = 0;
  std::chrono::microseconds duration{};
  std::array<ObjectCounts, kObjectKinds.size()> objects{};
  std::vector<std::string> repaired_devices;
  std::shared_ptr<const std::vector<PeerVerdict>> verdicts;
  std::vector<RouteConflict> conflicts;
  std::optional<PodMtu> mtu;
  bool pods_left = false;  // when evicted: pods still hold addresses of the lost subnets

  [[nodiscard]] std::size_t changes() const;
};

}  // namespace weft
