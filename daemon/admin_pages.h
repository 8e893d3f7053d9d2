// What the admin server answers: probes, metrics, and the datasets of `weftd debug` on the unix socket.
#pragma once

#include "daemon/admin_server.h"
#include "daemon/firewall_part.h"
#include "daemon/health.h"
#include "daemon/kernel_part.h"
#include "daemon/post.h"

#include <functional>
#include <string>

namespace weft {

// Where the pages get their content; called on the reactor.
struct AdminSources {
  std::function<HealthStatus()> health;
  std::function<std::string()> metrics;
  std::function<std::string()> leases;  // JSON
  std::function<std::string()> peers;   // JSON
};

// `kernel` and `firewall` answer on their threads; the reply goes through `reactor`. A thread that does not answer
// within the client's patience is what /livez is for.
[[nodiscard]] AdminHandler admin_pages(AdminSources sources, KernelPart& kernel, FirewallPart& firewall, Post reactor);

}  // namespace weft
