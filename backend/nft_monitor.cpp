#include "backend/nft_monitor.h"

#include <memory>
#include <utility>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

namespace weft {

Result<NotificationLoop> open_nft_monitor(boost::asio::io_context& context, NftHandler handler) {
  constexpr int kGroups[] = {NFNLGRP_NFTABLES};
  auto listener = netlink::Listener::open(NETLINK_NETFILTER, kGroups, nft_filter());
  if (!listener) return std::unexpected(listener.error());
  auto heard = std::make_shared<NftTables>();  // since the last call of the handler
  const auto judge = [heard](netlink::MessageView view) {
    const NftTables tables = concerned_tables(view);
    heard->firewall = heard->firewall || tables.firewall;
    heard->pods = heard->pods || tables.pods;
    return tables.any();
  };
  const auto tell = [heard, handler = std::move(handler)](MonitorEvent event) {
    const NftTables tables = std::exchange(*heard, NftTables());
    handler(event, event == MonitorEvent::changed ? tables : NftTables{.firewall = true, .pods = true});
  };
  return NotificationLoop(context, *std::move(listener), judge, tell);
}

}  // namespace weft
