// The start of every nf_tables request. Internal to the nft_… files.
#pragma once

#include "backend/netlink/message.h"
#include "backend/netlink/nft_tables.h"

#include <cstdint>

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

namespace weft::netlink::nft {

inline constexpr std::uint8_t kInet = static_cast<std::uint8_t>(Tables::inet);

// `type`: NFT_MSG_…
inline void start_request(Message& message, int type, std::uint16_t flags, std::uint8_t family = kInet) {
  const nfgenmsg header{.nfgen_family = family, .version = NFNETLINK_V0, .res_id = 0};
  message.start(static_cast<std::uint16_t>((NFNL_SUBSYS_NFTABLES << 8) | type), flags, header);
}

}  // namespace weft::netlink::nft
