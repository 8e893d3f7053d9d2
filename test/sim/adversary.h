// Everything that is not the protocol and writes, breaks or kills.
#pragma once

#include "test/sim/daemon.h"
#include "test/sim/network.h"

#include <optional>
#include <string>
#include <vector>

namespace weft::sim {

class Adversary {
 public:
  Adversary(const Scenario& scenario, Store& store, std::vector<Daemon>& daemons, Network& network, const Trace& trace,
            SplitMix64& random);

  void act(LeaseTime now);
  // spec.podCIDR for a Node that has none, from the blocks no other Node has as podCIDR; sees no annotations.
  void assign_pod_cidr(const std::string& name);

 private:
  void write_foreign(const NodeRecord& node);
  void write_as_kubelet(NodeRecord node);
  void edit_by_hand(NodeRecord node);
  void reserve(NodeRecord node);
  void replace_by_old_manifest(NodeRecord node);
  void copy_annotations(NodeRecord node);
  void edit_lease(NodeRecord node);
  void delete_or_create(const std::string& name);
  void restore_annotations(NodeRecord node);
  void take_claim(NodeRecord node);
  void put_claim_back();
  void roll_back(LeaseTime now);

  const Scenario& scenario_;
  Store& store_;
  std::vector<Daemon>& daemons_;
  Network& network_;
  const Trace& trace_;
  SplitMix64& random_;
  std::optional<NodeRecord> taken_;  // a Node whose claim was taken out, as it was
};

}  // namespace weft::sim
