// The rules that a peer meets or breaks by itself, whoever else is there; peer_check.h has those between peers.
#pragma once

#include "backend/peer_check.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace weft {

struct Rejection {
  std::string reason;
  std::string detail;
};

// What one node knows and every peer is held against; made once a judgement.
class PeerRules {
 public:
  // All must outlive the rules.
  PeerRules(const LeaseSnapshot& snapshot, const NetworkConfig& config, const NodeFacts& facts, const Uplink& uplink);

  [[nodiscard]] std::optional<Rejection> check(const LeaseHolder& holder) const;

  // The families in which this node and the peer can talk.
  [[nodiscard]] Subnets common_subnets(const LeaseHolder& holder) const;

 private:
  [[nodiscard]] std::optional<Rejection> check_backend(const Vtep& vtep) const;
  [[nodiscard]] std::optional<Rejection> check_subnet(const FamilyConfig& config, const IpPrefix& subnet) const;
  [[nodiscard]] std::optional<Rejection> check_public_address(const FamilyConfig& config,
                                                              const std::optional<IpAddress>& address) const;
  [[nodiscard]] std::optional<Rejection> check_mac(Family family, const std::optional<MacAddress>& mac) const;
  [[nodiscard]] const std::optional<IpPrefix>& own_subnet(Family family) const;

  const LeaseSnapshot& snapshot_;
  const NetworkConfig& config_;
  const NodeFacts& facts_;
  const Uplink& uplink_;
  // Networks that this node reaches without Weft.
  struct Connected {
    IpPrefix prefix;
    std::string link;
  };
  std::vector<Connected> connected_;
  std::set<IpAddress> own_addresses_;  // of any device, and the published ones
};

}  // namespace weft
