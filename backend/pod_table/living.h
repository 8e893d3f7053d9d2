// Which entries of the ledger still have a pod: those whose host's end of the link is there.
//
// Threading: any. Each call opens a NETLINK_ROUTE socket: they are for the rare cases.
#pragma once

#include "backend/netlink/nft_elements.h"
#include "subnet/ledger/ledger.h"
#include "subnet/result.h"

#include <optional>
#include <string_view>
#include <vector>

namespace weft::pod_table {

// All of them that have port mappings. Unreadable entries have none that anybody knows.
[[nodiscard]] Result<std::vector<Attachment>> living_with_ports(const Ledger& ledger);

// The living attachment that made the element, if there is one.
[[nodiscard]] Result<std::optional<Attachment>> living_holder(const Ledger& ledger, std::string_view set,
                                                              const netlink::nft::Element& element);

}  // namespace weft::pod_table
