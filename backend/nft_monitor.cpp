#include "backend/nft_monitor.h"

#include "backend/nft_filter.h"

#include <utility>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

namespace weft {

Result<NotificationLoop> open_nft_monitor(boost::asio::io_context& context, NotificationLoop::Handler handler) {
  constexpr int kGroups[] = {NFNLGRP_NFTABLES};
  auto listener = netlink::Listener::open(NETLINK_NETFILTER, kGroups, nft_filter());
  if (!listener) return std::unexpected(listener.error());
  return NotificationLoop(context, *std::move(listener), concerns_own_table, std::move(handler));
}

}  // namespace weft
