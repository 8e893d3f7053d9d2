// Port elements as messages of a transaction.
#pragma once

#include "backend/netlink/nft_transaction.h"
#include "backend/pod_table/port_elements.h"

#include <span>

namespace weft::pod_table {

void add_to(netlink::nft::Transaction& transaction, std::span<const PortElement> elements);
void remove_from(netlink::nft::Transaction& transaction, std::span<const PortElement> elements);

}  // namespace weft::pod_table
