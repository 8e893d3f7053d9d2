#include "backend/peer_check.h"

#include "backend/peer_rules.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace weft {
namespace {

void apply(PeerVerdict& verdict, Rejection rejection) {
  verdict.routed = false;
  verdict.reason = std::move(rejection.reason);
  verdict.detail = std::move(rejection.detail);
}

// A peer that passed by itself, in the order in which peers are served: the older lease of the family first.
struct Candidate {
  Revision revision;
  const std::string* uid;
  const IpPrefix* subnet;
  PeerVerdict* verdict;

  friend bool operator<(const Candidate& a, const Candidate& b) {
    return std::tie(a.revision, *a.uid, a.verdict->node) < std::tie(b.revision, *b.uid, b.verdict->node);
  }
};

std::vector<Candidate> candidates(Family family, const LeaseSnapshot& snapshot, std::vector<PeerVerdict>& verdicts) {
  std::vector<Candidate> found;
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const Lease& lease = snapshot.holders[i].lease;
    const auto& subnet = verdicts[i].subnets.of(family);
    if (verdicts[i].routed && subnet) found.push_back({lease.rev(family), &lease.uid, &*subnet, &verdicts[i]});
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
using Owners = std::map<Key, const std::string*>;

// The owner, else null and `key` is taken.
template <class Key>
const std::string* take(Owners<Key>& taken, const Key& key, const std::string& node) {
  const auto [entry, fresh] = taken.emplace(key, &node);
  return fresh ? nullptr : entry->second;
}

struct Taken {
  TakenSubnets subnets;
  Owners<IpAddress> addresses;
  Owners<MacAddress> macs;
};

std::optional<Rejection> take_all(Taken& taken, Family family, const Candidate& candidate) {
  const PeerVerdict& verdict = *candidate.verdict;
  const auto refuse = [](const char* reason, const std::string& what, const std::string& owner) {
    return Rejection{reason, fmt::format("{} is taken by node {}, whose lease is older", what, owner)};
  };
  if (const auto* owner = taken.subnets.take(*candidate.subnet, verdict.node))
    return refuse("duplicate-subnet", "subnet " + candidate.subnet->to_string(), *owner);
  if (const auto& address = family == Family::v4 ? verdict.vtep.ip : verdict.vtep.ip6) {
    if (const auto* owner = take(taken.addresses, *address, verdict.node))
      return refuse("duplicate-public-ip", "public address " + address->to_string(), *owner);
  }
  if (const auto& mac = family == Family::v4 ? verdict.vtep.mac : verdict.vtep.mac6) {
    if (const auto* owner = take(taken.macs, *mac, verdict.node))
      return refuse("duplicate-mac", "VTEP MAC " + mac->to_string(), *owner);
  }
  return std::nullopt;
}

void judge_between_peers(Family family, const LeaseSnapshot& snapshot, std::vector<PeerVerdict>& verdicts) {
  Taken taken;
  for (const auto& candidate : candidates(family, snapshot, verdicts)) {
    if (auto rejection = take_all(taken, family, candidate)) apply(*candidate.verdict, *std::move(rejection));
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
