#include "daemon/option_flags.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <map>

namespace weft {
namespace {

// "--ip-masq,--x" -> "WEFT_IP_MASQ"
std::string env_name(const std::string& flag) {
  std::string name = "WEFT_" + flag.substr(2, flag.find(',') == std::string::npos ? flag.npos : flag.find(',') - 2);
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
  return name;
}

// Of a flag that is given twice the last counts, so that a wrapper's defaults can be overridden.
template <class T>
CLI::Option* option(CLI::App& app, const std::string& flag, T& value, const std::string& help) {
  return app.add_option(flag, value, help)->envname(env_name(flag))->capture_default_str()->take_last();
}

CLI::Option* flag(CLI::App& app, const std::string& name, bool& value, const std::string& help) {
  return app.add_flag(name, value, help)->envname(env_name(name));
}

// A flag whose text goes through `parse`; its error becomes the usage error.
template <class T, class Parse>
CLI::Option* parsed(CLI::App& app, const std::string& flag, T& value, const std::string& help, const Parse& parse) {
  CLI::callback_t set = [&value, parse, flag](const CLI::results_t& texts) {
    auto result = parse(texts.back());
    if (!result) throw CLI::ValidationError(flag.substr(0, flag.find(',')), result.error().message);
    value = std::move(*result);
    return true;
  };
  return app.add_option(flag, std::move(set), help)->envname(env_name(flag))->take_last();
}

template <class T>
auto one_of(std::vector<std::pair<std::string, T>> choices) {
  return [choices = std::move(choices)](const std::string& text) -> Result<T> {
    std::string allowed;
    for (const auto& [name, value] : choices) {
      if (name == text) return value;
      allowed += (allowed.empty() ? "" : ", ") + name;
    }
    return fail("\"{}\" is none of {}", text, allowed);
  };
}

auto address_of(Family family) {
  return [family](const std::string& text) -> Result<std::optional<IpAddress>> {
    auto address = IpAddress::parse(text);
    if (!address) return std::unexpected(address.error());
    if (address->family() != family) return fail("{} is no {} address", text, to_string(family));
    return *address;
  };
}

Result<std::optional<IpAddress>> any_address(const std::string& text) {
  auto address = IpAddress::parse(text);
  if (!address) return std::unexpected(address.error());
  return *address;
}

Result<std::optional<AdminAddress>> admin_address(const std::string& text) {
  if (text == "off") return std::nullopt;
  auto address = AdminAddress::parse(text);
  if (!address) return std::unexpected(address.error());
  return *address;
}

Result<std::chrono::milliseconds> resync_period(const std::string& text) {
  auto period = parse_duration(text);
  if (period && (*period < std::chrono::seconds(1) || *period > std::chrono::hours(1))) {
    return fail("{} is not between 1s and 1h", text);
  }
  return period;
}

void add_cluster_flags(CLI::App& app, ClusterOptions& cluster) {
  option(app, "--kubeconfig,--kubeconfig-file", cluster.kubeconfig,
         "Kubeconfig; without it $KUBECONFIG, the pod's ServiceAccount, ~/.kube/config");
  option(app, "--kube-api-url", cluster.kube_api_url, "URL of the API server, instead of the kubeconfig's");
  option(app, "--kube-annotation-prefix", cluster.annotation_prefix, "Prefix of Weft's Node annotations");
}

void add_uplink_flags(CLI::App& app, UplinkFlags& uplink) {
  option(app, "--iface", uplink.iface, "Device (name or address) that carries the tunnel; may be repeated")->take_all();
  option(app, "--iface-regex", uplink.iface_regex, "Regular expression on device name or address; may be repeated")
      ->take_all();
  parsed(app, "--iface-can-reach", uplink.can_reach, "The device whose route leads to this address", any_address);
  parsed(app, "--public-ip", uplink.public_ip, "IPv4 address that peers send to", address_of(Family::v4));
  parsed(app, "--public-ipv6", uplink.public_ipv6, "IPv6 address that peers send to", address_of(Family::v6));
}

void add_log_flags(CLI::App& app, LogOptions& log) {
  parsed(app, "--log-level", log.level, "debug, info (default), warning, error",
         one_of<LogLevel>({{"debug", LogLevel::debug},
                           {"info", LogLevel::info},
                           {"warning", LogLevel::warning},
                           {"error", LogLevel::error}}));
  parsed(app, "--log-format", log.format, "text (default): key=value, or json",
         one_of<LogFormat>({{"text", LogFormat::text}, {"json", LogFormat::json}}));
}

void add_node_name(CLI::App& app, std::string& node_name) {
  option(app, "--node-name", node_name, "Name of this node's Node object")->envname("NODE_NAME");
}

}  // namespace

void add_run_flags(CLI::App& app, RunOptions& options) {
  options.admin = AdminAddress{IpAddress::from_v4(0x7f000001), 9472};
  add_node_name(app, options.node_name);
  add_cluster_flags(app, options.cluster);
  option(app, "--net-config-path", options.net_config_path, "The cluster's network");
  option(app, "--run-dir", options.run_dir, "Socket and state");
  option(app, "--subnet-file", options.subnet_file, "subnet.env (default: in --run-dir)");
  option(app, "--cni-conf-dir", options.cni_conf_dir, "Write 05-weft.conflist here once the node can serve pods");
  add_uplink_flags(app, options.uplink);
  flag(app, "--ip-masq", options.ip_masq, "Masquerade what leaves the pod network");
  parsed(app, "--lease-source", options.lease_mode, "auto (default), claim or podcidr",
         one_of<LeaseMode>(
             {{"auto", LeaseMode::automatic}, {"claim", LeaseMode::claim}, {"podcidr", LeaseMode::pod_cidr}}));
  parsed(app, "--admin-addr", options.admin, "/livez, /readyz, /metrics (default 127.0.0.1:9472), or off",
         admin_address);
  parsed(app, "--resync-period", options.resync_period, "Compare with the kernel at least so often (default 30s)",
         resync_period);
  flag(app, "--set-node-network-unavailable", options.set_node_network_unavailable,
       "Set the Node's condition NetworkUnavailable to False when ready (default true)");
  add_log_flags(app, options.log);
}

void add_debug_flags(CLI::App& app, DebugOptions& options) {
  app.add_option("dataset", options.dataset, "leases, peers, plan, kernel, firewall or health")
      ->required()
      ->check(CLI::IsMember(debug_datasets()));
  app.add_flag("--json", options.json, "JSON as documented in docs/operations.md");
  option(app, "--run-dir", options.run_dir, "Where the daemon's socket is");
  add_cluster_flags(app, options.cluster);
}

void add_cleanup_flags(CLI::App& app, CleanupOptions& options) {
  option(app, "--run-dir", options.run_dir, "The daemon's --run-dir");
  option(app, "--subnet-file", options.subnet_file, "The daemon's --subnet-file");
  option(app, "--cni-conf-dir", options.cni_conf_dir, "Remove 05-weft.conflist from here (default /etc/cni/net.d)");
  option(app, "--net-config-path", options.net_config_path, "Names the VNI of the devices to remove");
  app.add_flag("--node-annotations", options.node_annotations, "Also give up this node's lease in the cluster");
  add_node_name(app, options.node_name);
  add_cluster_flags(app, options.cluster);
}

}  // namespace weft
