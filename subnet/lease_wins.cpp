#include "subnet/lease_wins.h"

#include "subnet/lease_judge.h"

namespace weft {

Subnets LeaseWins::subnets() const {
  Subnets result;
  if (v4) result.v4 = v4->block;
  if (v6) result.v6 = v6->block;
  return result;
}

bool LeaseWins::carried_by(const NodeRecord& own) const {
  const Claim* claim = own.bound_claim();
  const Lease* lease = own.bound_lease();
  for (const Family family : kFamilies) {
    const auto& win = of(family);
    if (!win) continue;
    const bool claimed = claim != nullptr && claim->subnets.of(family) == win->block;
    const bool leased = lease != nullptr && lease->subnets.of(family) == win->block;
    if (!claimed && !leased) return false;
  }
  return true;
}

void LeaseWins::follow(const NodeRecord& own) {
  if (!any() || own.revision <= through) return;
  if (carried_by(own)) {
    through = own.revision;
  } else {
    *this = {};
  }
}

void LeaseWins::jump(const NodeRecord& own) {
  if (own.revision > through) *this = {};
}

}  // namespace weft
