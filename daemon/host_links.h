// The host's ends of pods' links, as the plugin names them.
//
// HostLinks is the port, NetlinkHostLinks the kernel behind it. Threading: one thread at a time.
#pragma once

#include "backend/netlink/socket.h"
#include "subnet/result.h"

#include <memory>
#include <string>
#include <vector>

namespace weft {

struct HostLink {
  int index = 0;
  std::string name;
  bool up = false;

  friend bool operator==(const HostLink&, const HostLink&) = default;
};

class HostLinks {
 public:
  HostLinks() = default;
  HostLinks(const HostLinks&) = delete;
  HostLinks& operator=(const HostLinks&) = delete;
  virtual ~HostLinks() = default;

  // All veth links whose names only the plugin gives.
  [[nodiscard]] virtual Result<std::vector<HostLink>> list() = 0;
  // Also true when it cannot be known. Never waits for the kernel's RTNL lock: asked under the ledger's lock.
  [[nodiscard]] virtual bool exists(const std::string& name) const = 0;
  // By index, so that a later link of the same name is left alone. Success also when it is gone.
  [[nodiscard]] virtual Result<> remove(const HostLink& link) = 0;
};

// In the network namespace of the thread that opens it; exists() asks in the calling thread's, which must be the same.
class NetlinkHostLinks final : public HostLinks {
 public:
  [[nodiscard]] static Result<std::unique_ptr<NetlinkHostLinks>> open();
  explicit NetlinkHostLinks(netlink::Socket socket) : socket_(std::move(socket)) {}

  [[nodiscard]] Result<std::vector<HostLink>> list() override;
  [[nodiscard]] bool exists(const std::string& name) const override;
  [[nodiscard]] Result<> remove(const HostLink& link) override;

 private:
  netlink::Socket socket_;
};

}  // namespace weft
