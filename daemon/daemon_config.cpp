#include "daemon/daemon_config.h"

#include "daemon/exit_codes.h"
#include "subnet/file_writer.h"
#include "subnet/subnet_env.h"

#include <optional>
#include <utility>

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace weft {
namespace {

StartError wrong(std::string message) { return {kExitConfiguration, std::move(message)}; }

Result<ParsedNetworkConfig> read_network(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  const std::optional<std::string>& content = *text;
  if (!content)
    return fail("{} does not exist: write {{\"Network\": \"10.244.0.0/16\"}} there, or give --net-config-path", path);
  auto parsed = parse_network_config(*content);
  if (!parsed) return fail_with(path, parsed.error());
  return parsed;
}

// What the node had last is a wish, never authority; a file that cannot be read is no reason not to start.
void read_preferred(DaemonConfig& config) {
  const std::string path = config.options.subnet_path();
  const auto text = read_file(path);
  if (!text) return config.warnings.push_back(text.error().message);
  const std::optional<std::string>& content = *text;
  if (!content) return;
  const auto parsed = parse_subnet_env(*content);
  if (!parsed) return config.warnings.push_back(path + ": " + parsed.error().message);
  const SubnetEnv& env = *parsed;
  if (env.v4) config.preferred.v4 = env.v4->subnet;
  if (env.v6) config.preferred.v6 = env.v6->subnet;
}

}  // namespace

std::variant<DaemonConfig, StartError> read_daemon_config(const RunOptions& options) {
  auto network = read_network(options.net_config_path);
  if (!network) return wrong(network.error().message);
  auto cluster = open_cluster(options.cluster);
  if (!cluster) return wrong(cluster.error().message);
  DaemonConfig config{.options = options,
                      .network = network->config,
                      .cluster = std::move(*cluster),
                      .preferred = {},
                      .warnings = std::move(network->warnings)};
  for (const std::string& warning : config.cluster.config.warnings) config.warnings.push_back(warning);
  read_preferred(config);
  return config;
}

LeaseConfig lease_config(const DaemonConfig& config, std::uint64_t seed) {
  return {.node = config.options.node_name,
          .network = config.network,
          .mode = config.options.lease_mode,
          .preferred = config.preferred,
          .seed = seed};
}

bool has_net_admin() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, data) != 0) return true;  // the kernel will say so
  return (data[CAP_NET_ADMIN / 32].effective & (1U << (CAP_NET_ADMIN % 32))) != 0;
}

}  // namespace weft
