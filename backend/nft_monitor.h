// Hears when somebody changes one of Weft's tables: a rule, a chain, a set, or the whole table.
//
// `changed` comes for our own transactions too, as libnftables does not tell the port id they carry: whoever hears it
// asks NftFirewall::intact(), which costs one small request then. Threading: see notification_loop.h.
#pragma once

#include "backend/nft_filter.h"
#include "backend/notification_loop.h"
#include "subnet/result.h"

#include <functional>

namespace weft {

// Both tables, when it is not `changed`.
using NftHandler = std::function<void(MonitorEvent, NftTables)>;

// In the network namespace of the calling thread. Needs CAP_NET_ADMIN.
[[nodiscard]] Result<NotificationLoop> open_nft_monitor(boost::asio::io_context& context, NftHandler handler);

}  // namespace weft
