// All that is read before anything starts: flags, net-conf.json, kubeconfig, the last subnet.
#pragma once

#include "daemon/cluster.h"
#include "daemon/options.h"
#include "subnet/lease_protocol.h"
#include "subnet/network_config.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace weft {

struct DaemonConfig {
  RunOptions options;
  NetworkConfig network;
  Cluster cluster;
  Subnets preferred;  // from an earlier subnet.env
  std::vector<std::string> warnings;
};

// Why the daemon cannot start: one line with the remedy, and the exit code.
struct StartError {
  int exit_code = 1;
  std::string message;
};

[[nodiscard]] std::variant<DaemonConfig, StartError> read_daemon_config(const RunOptions& options);

// `seed` must differ from process to process.
[[nodiscard]] LeaseConfig lease_config(const DaemonConfig& config, std::uint64_t seed);

// CAP_NET_ADMIN in the effective set (capabilities(7)).
[[nodiscard]] bool has_net_admin();

}  // namespace weft
