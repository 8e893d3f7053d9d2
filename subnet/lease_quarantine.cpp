#include "subnet/lease_quarantine.h"

namespace weft {

void LeaseQuarantine::add(const IpPrefix& block, LeaseTime now) {
  if (entries_.size() == kMaxEntries) entries_.pop_front();
  entries_.push_back({block, now + length_});
}

std::vector<IpPrefix> LeaseQuarantine::blocks(LeaseTime now) {
  while (!entries_.empty() && entries_.front().until <= now) entries_.pop_front();
  std::vector<IpPrefix> result;
  result.reserve(entries_.size());
  for (const Entry& entry : entries_) result.push_back(entry.block);
  return result;
}

}  // namespace weft
