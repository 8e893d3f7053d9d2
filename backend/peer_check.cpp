#include "backend/peer_check.h"

#include "backend/peer_rules.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace weft {
namespace {

constexpr std::array kFamilies{Family::v4, Family::v6};

void apply(PeerVerdict& verdict, Rejection rejection) {
  verdict.routed = false;
  verdict.reason = std::move(rejection.reason);
  verdict.detail = std::move(rejection.detail);
}

// A peer that passed by itself, in the order in which peers are served: the older lease of the family first.
struct Candidate {
  Revision revision;
  const std::string* uid;
  PeerVerdict* verdict;

  friend bool operator<(const Candidate& a, const Candidate& b) {
    return std::tie(a.revision, *a.uid, a.verdict->node) < std::tie(b.revision, *b.uid, b.verdict->node);
  }
};

std::vector<Candidate> candidates(Family family, const LeaseSnapshot& snapshot, std::vector<PeerVerdict>& verdicts) {
  std::vector<Candidate> found;
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const Lease& lease = snapshot.holders[i].lease;
    if (verdicts[i].routed && verdicts[i].subnets.of(family))
      found.push_back({lease.rev(family), &lease.uid, &verdicts[i]});
  }
  std::ranges::sort(found, std::less<>());
  return found;
}

// Whose subnets are taken. They are disjoint, so only the two neighbours of a newcomer can overlap it.
class TakenSubnets {
 public:
  // The owner of an overlapping block, else null and `subnet` is taken.
  const std::string* take(const IpPrefix& subnet, const std::string& node) {
    const auto after = taken_.lower_bound(subnet);
    if (after != taken_.end() && subnet.overlaps(after->first)) return after->second;
    if (after != taken_.begin() && std::prev(after)->first.overlaps(subnet)) return std::prev(after)->second;
    taken_.emplace(subnet, &node);
    return nullptr;
  }

 private:
  std::map<IpPrefix, const std::string*> taken_;
};

template <class Key>
const std::string* take(std::map<Key, const std::string*>& taken, const std::optional<Key>& key,
                        const std::string& node) {
  if (!key) return nullptr;
  const auto [entry, fresh] = taken.emplace(*key, &node);
  return fresh ? nullptr : entry->second;
}

void judge_between_peers(Family family, const LeaseSnapshot& snapshot, std::vector<PeerVerdict>& verdicts) {
  TakenSubnets subnets;
  std::map<IpAddress, const std::string*> addresses;
  std::map<MacAddress, const std::string*> macs;
  for (const auto& candidate : candidates(family, snapshot, verdicts)) {
    PeerVerdict& verdict = *candidate.verdict;
    const bool v4 = family == Family::v4;
    const IpPrefix& subnet = *verdict.subnets.of(family);
    const auto& address = v4 ? verdict.vtep.ip : verdict.vtep.ip6;
    const auto& mac = v4 ? verdict.vtep.mac : verdict.vtep.mac6;
    const auto refuse = [&](const char* reason, const std::string& what, const std::string& owner) {
      apply(verdict, {reason, fmt::format("{} is taken by node {}, whose lease is older", what, owner)});
    };
    if (const auto* owner = subnets.take(subnet, verdict.node)) {
      refuse("duplicate-subnet", "subnet " + subnet.to_string(), *owner);
    } else if (const auto* sender = take(addresses, address, verdict.node)) {
      refuse("duplicate-public-ip", "public address " + address->to_string(), *sender);
    } else if (const auto* vtep = take(macs, mac, verdict.node)) {
      refuse("duplicate-mac", "VTEP MAC " + mac->to_string(), *vtep);
    }
  }
}

}  // namespace

std::vector<PeerVerdict> judge_peers(const LeaseSnapshot& snapshot, const NetworkConfig& config, const NodeFacts& facts,
                                     const Uplink& uplink) {
  const PeerRules rules(snapshot, config, facts, uplink);
  std::vector<PeerVerdict> verdicts;
  verdicts.reserve(snapshot.holders.size());
  for (const auto& holder : snapshot.holders) {
    PeerVerdict& verdict = verdicts.emplace_back(PeerVerdict{.node = holder.node});
    verdict.subnets = rules.common_subnets(holder);
    if (holder.vtep) verdict.vtep = *holder.vtep;
    verdict.routed = true;
    if (auto rejection = rules.check(holder)) apply(verdict, std::move(*rejection));
  }
  for (const Family family : kFamilies) judge_between_peers(family, snapshot, verdicts);
  return verdicts;
}

}  // namespace weft
