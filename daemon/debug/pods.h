// Dataset "pods": what the node's ledger of addresses holds, and what a sweep would make of it.
#pragma once

#include "daemon/pod_states.h"
#include "subnet/ledger/ledger.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace weft {

// The ledger and the links as they were found.
struct PodsView {
  std::string directory;
  std::vector<Ledger::Entry> entries;
  std::vector<Ledger::Stray> strays;
  std::vector<HostLink> links;
  SweepMoment moment;
  bool leaks = false;  // only what a sweep would take away
};

[[nodiscard]] nlohmann::json pods_json(const PodsView& view);

}  // namespace weft
