// The command line of weftd: subcommands, flags, environment.
//
// Flags keep Flannel's spelling where the meaning is the same. Every flag can also be given as WEFT_… in the
// environment (--ip-masq: WEFT_IP_MASQ), --node-name as NODE_NAME too; the command line wins.
// Pure but for reading the environment and, in CLI11, nothing else.
#pragma once

#include "daemon/log_options.h"
#include "daemon/uplink_flags.h"
#include "subnet/ip_address.h"
#include "subnet/lease_protocol.h"
#include "subnet/result.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weft {

struct AdminAddress {
  IpAddress address;
  std::uint16_t port = 0;

  [[nodiscard]] static Result<AdminAddress> parse(std::string_view text);  // "127.0.0.1:9472", "[::1]:9472"
  [[nodiscard]] std::string to_string() const;
};

// How to find the API server; shared by all subcommands that talk to it.
struct ClusterOptions {
  std::string kubeconfig;    // empty: $KUBECONFIG, in-cluster, ~/.kube/config
  std::string kube_api_url;  // replaces the server's URL
  std::string annotation_prefix = "weft.network";
};

// The daemon's unix socket.
[[nodiscard]] inline std::string socket_path(const std::string& run_dir) { return run_dir + "/weftd.sock"; }

inline constexpr std::chrono::milliseconds kDefaultSweepPeriod{60'000};

struct RunOptions {
  std::string node_name;
  ClusterOptions cluster;
  std::string net_config_path = "/etc/weft/net-conf.json";
  std::string run_dir = "/run/weft";
  std::string subnet_file;   // empty: <run-dir>/subnet.env
  std::string cni_conf_dir;  // empty: no conflist is written
  UplinkFlags uplink;
  bool ip_masq = false;
  LeaseMode lease_mode = LeaseMode::automatic;
  std::optional<AdminAddress> admin;  // unset ("--admin-addr off"): the unix socket only
  std::chrono::milliseconds resync_period{30'000};
  std::chrono::milliseconds ledger_sweep_period = kDefaultSweepPeriod;
  bool set_node_network_unavailable = true;
  LogOptions log;

  [[nodiscard]] std::string subnet_path() const;
  [[nodiscard]] std::string ledger_path() const { return run_dir + "/cni"; }
};

struct DebugOptions {
  std::string dataset;  // one of debug_datasets()
  bool json = false;
  bool leaks = false;  // of `pods`: only what a sweep would take away
  std::string run_dir = "/run/weft";
  bool from_cluster = false;  // --kubeconfig or --kube-api-url was given: ask the API server, not the daemon
  ClusterOptions cluster;

  [[nodiscard]] std::string ledger_path() const { return run_dir + "/cni"; }
};

struct CleanupOptions {
  std::string run_dir = "/run/weft";
  std::string subnet_file;
  std::string cni_conf_dir;
  bool node_annotations = false;
  std::string cni_bin_dir;  // empty: the plugin stays
  bool pods = false;        // also the links of pods that are attached
  std::string node_name;
  ClusterOptions cluster;

  [[nodiscard]] std::string subnet_path() const;
  [[nodiscard]] std::string ledger_path() const { return run_dir + "/cni"; }
};

struct InstallOptions {
  std::string cni_bin_dir = "/opt/cni/bin";
  std::string plugin;  // empty: `weft` beside weftd
};

using Command = std::variant<RunOptions, DebugOptions, CleanupOptions, InstallOptions>;

// Nothing to run: text to print, to stdout when the code is 0, and the exit code.
struct ParseStop {
  int exit_code = 0;
  std::string text;
};

// "leases", "peers", …
[[nodiscard]] const std::vector<std::string>& debug_datasets();

[[nodiscard]] std::variant<Command, ParseStop> parse_command_line(int argc, const char* const* argv);

// "30s", "1500ms", "2m", "1h".
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace weft
