// Which nf_tables notifications reach the daemon: a classic BPF program that runs in the kernel.
//
// A commit's notifications are packed together, a few dozen a datagram, for all tables in it. The program walks them
// and lets a datagram pass that has a message about table inet weft, or one whose name begins with "weft-": the pods'
// table. Whoever else is busy in nf_tables (kube-proxy writes 10,000 rules at once) does not wake us.
// Classic BPF has no loops and old kernels allow a socket few instructions (net.core.optmem_max), so only the first
// kFilteredMessages are looked at: a datagram with more of them passes, and concerned_tables() judges the rest.
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

struct NftTables {
  bool firewall = false;  // inet weft
  bool pods = false;      // inet weft-pods, bridge weft-pods

  [[nodiscard]] bool any() const { return firewall || pods; }
  friend bool operator==(const NftTables&, const NftTables&) = default;
};

// The exact judgement on one message. New elements of the pods' table do not count: the plugin adds some with every
// pod that has hostPorts.
[[nodiscard]] NftTables concerned_tables(netlink::MessageView view);

}  // namespace weft
