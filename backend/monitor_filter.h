// Which rtnetlink notifications reach the daemon at all: a classic BPF program that runs in the kernel.
//
// A listener is not free: without a filter every route and neighbour we put ourselves would wake us, and doubles the
// time of putting it (measured). Dropped here are:
// - what our own requests caused, links excepted (the notification carries the requester's port id);
// - routes outside the main table, and host routes (a pod's), unless they carry Weft's protocol number;
// - neighbours and FDB entries of other devices: they change state all the time;
// - new FDB entries: these notifications do not name the requester, so our own could not be told from others'.
//   An entry that somebody replaces is therefore found by the periodic resync, one that is removed at once.
// Not dropped, because the kernel names no requester either: our own IPv6 addresses, and our own removals of
// neighbours and FDB entries.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <linux/filter.h>

namespace weft {

// `own_port`: of the socket that programs the kernel. `own_links`: indexes of Weft's devices, 16 at most.
[[nodiscard]] std::vector<sock_filter> monitor_filter(std::uint32_t own_port, std::span<const int> own_links);

}  // namespace weft
