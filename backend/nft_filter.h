// Which nf_tables notifications reach the daemon: a classic BPF program that runs in the kernel.
//
// A commit's notifications are packed together, a few dozen a datagram, for all tables in it. The program walks them
// and lets a datagram pass that has a message about table inet weft. Whoever else is busy in nf_tables (kube-proxy
// writes 10,000 rules at once) does not wake us.
// Classic BPF has no loops and old kernels allow a socket few instructions (net.core.optmem_max), so only the first
// kFilteredMessages are looked at: a datagram with more of them passes, and concerns_own_table() judges the rest.
#pragma once

#include "backend/netlink/message_view.h"

#include <cstddef>
#include <vector>

#include <linux/filter.h>

namespace weft {

// Rules and set elements are longer than 100 bytes, datagrams shorter than a page: few have more messages. The kernel
// makes some 70 instructions of eight bytes of each step, and allows 20,480 bytes where it is older than 6.9.
inline constexpr std::size_t kFilteredMessages = 30;

[[nodiscard]] std::vector<sock_filter> nft_filter();

// The exact judgement on one message.
[[nodiscard]] bool concerns_own_table(netlink::MessageView view);

}  // namespace weft
