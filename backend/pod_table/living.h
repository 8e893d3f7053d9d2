// Which entries of the ledger still have a pod: those whose host's end of the link is there.
//
// Threading: any. Each call opens a NETLINK_ROUTE socket: they are for the rare cases.
#pragma once

#include "backend/netlink/nft_elements.h"
#include "subnet/ledger/ledger.h"
#include "subnet/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::pod_table {

struct LivingPod {
  Attachment attachment;
  std::string bridge;  // that its link is a port of; empty: none
};

struct Living {
  std::vector<LivingPod> with_ports;  // who was there first comes first
  bool any = false;                   // there is a pod at all
  bool unknown = false;               // and one that no readable entry names: what is its own is not known
  std::vector<LivingPod> on_bridges;
  std::vector<std::string> unknown_on_bridges;  // links
};

// `ledger`: nullptr where nothing was ever recorded.
[[nodiscard]] Result<Living> look_who_lives(const Ledger* ledger);

// The living attachment that made the element, if there is one.
[[nodiscard]] Result<std::optional<Attachment>> living_holder(const Ledger& ledger, std::string_view set,
                                                              const netlink::nft::Element& element);

}  // namespace weft::pod_table
