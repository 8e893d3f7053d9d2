// The Linux kernel behind the Kernel port: one long-lived rtnetlink socket.
//
// Owns: the socket, one request buffer and one batch, all re-used. It holds no state of the kernel: names are turned
// into indexes afresh in every call, so a device that was deleted and made again is found.
// Threading: one thread, the kernel thread; see kernel.h. Needs CAP_NET_ADMIN in the network namespace's owner.
// Performance: neighbours, FDB entries and routes go in batches of 128; links are done one by one, because what
// follows them needs their index.
// Errors that are none, each where its operation is judged (kernel_errors.cpp): removing what is gone.
#pragma once

#include "backend/kernel.h"
#include "backend/netlink/socket.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft {

class NetlinkKernel final : public Kernel {
 public:
  // In the network namespace of the calling thread.
  [[nodiscard]] static Result<NetlinkKernel> open();

  [[nodiscard]] Result<KernelDump> dump(const Ownership& ownership) override;
  [[nodiscard]] OperationResults apply(std::span<const Operation> operations) override;
  [[nodiscard]] Result<NodeFacts> read_facts() override;

  // The device by which a packet to `address` would leave now (--iface-can-reach).
  [[nodiscard]] Result<std::string> device_towards(const IpAddress& address);

  // Notifications caused by apply() carry it; LinkMonitor leaves them out.
  [[nodiscard]] std::uint32_t port() const { return socket_.port(); }

 private:
  explicit NetlinkKernel(netlink::Socket socket) : socket_(std::move(socket)) {}

  // One apply: the batch being filled, and what was learned about names on the way.
  class Run;

  netlink::Socket socket_;
  netlink::Message message_;
  netlink::Batch batch_;
};

}  // namespace weft
