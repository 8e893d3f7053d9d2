// The system calls under Socket and Listener. Internal to this folder.
#pragma once

#include "subnet/result.h"
#include "subnet/unique_fd.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weft::netlink {

// A bound netlink socket, close-on-exec, with every option that makes answers better where the kernel has it.
// `port` 0: the kernel chooses.
[[nodiscard]] Result<UniqueFd> open_bound(int protocol, std::uint32_t port);
[[nodiscard]] Result<std::uint32_t> port_of(const UniqueFd& fd);

// The next datagram that the kernel sent, in `buffer`; datagrams of other senders are dropped, as any process may
// send to our port. `flags` as for recvmsg(2). EMSGSIZE: it did not fit and is lost, and `buffer` has been enlarged
// for the next time (to 1 MiB at most).
[[nodiscard]] Result<std::span<const std::byte>> receive_datagram(int fd, std::vector<std::byte>& buffer, int flags);

// Dumps fill up to 32 KiB, and a smaller buffer costs restarts of the FDB's (measured).
inline constexpr std::size_t kDatagramSize = 64UL * 1024;

}  // namespace weft::netlink
