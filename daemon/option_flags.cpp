#include "daemon/option_flags.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <regex>

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

Result<std::chrono::milliseconds> a_period(const std::string& text) {
  auto period = parse_duration(text);
  if (period && (*period < std::chrono::seconds(1) || *period > std::chrono::hours(1))) {
    return fail("{} is not between 1s and 1h", text);
  }
  return period;
}

// Empty, or what is wrong with it.
std::string regex_fault(const std::string& pattern) {
  try {
    static_cast<void>(std::regex(pattern, std::regex::ECMAScript));
    return "";
  } catch (const std::regex_error& broken) {  // std::regex knows no other way to say so
    return fmt::format("\"{}\": {}", pattern, broken.what());
  }
}

void add_annotation_prefix(CLI::App& app, ClusterOptions& cluster) {
  option(app, "--kube-annotation-prefix", cluster.annotation_prefix, "Prefix of Weft's Node annotations");
}

void add_cluster_flags(CLI::App& app, ClusterOptions& cluster) {
  option(app, "--kubeconfig,--kubeconfig-file", cluster.kubeconfig,
         "Kubeconfig; without it $KUBECONFIG, the pod's ServiceAccount, ~/.kube/config");
  option(app, "--kube-api-url", cluster.kube_api_url, "URL of the API server, instead of the kubeconfig's");
  add_annotation_prefix(app, cluster);
}

void add_uplink_flags(CLI::App& app, UplinkFlags& uplink) {
  option(app, "--iface", uplink.iface, "Device (name or address) that carries the tunnel; may be repeated")
      ->take_all()
      ->default_str("");
  option(app, "--iface-regex", uplink.iface_regex, "Regular expression on device name or address; may be repeated")
      ->take_all()
      ->default_str("")
      ->check(regex_fault);
  parsed(app, "--iface-can-reach", uplink.can_reach, "The device whose route leads to this address", any_address)
      ->type_name("ADDRESS");
  parsed(app, "--public-ip", uplink.public_ip, "IPv4 address that peers send to", address_of(Family::v4))
      ->type_name("ADDRESS");
  parsed(app, "--public-ipv6", uplink.public_ipv6, "IPv6 address that peers send to", address_of(Family::v6))
      ->type_name("ADDRESS");
}

void add_log_flags(CLI::App& app, LogOptions& log) {
  parsed(app, "--log-level", log.level, "Least severity that is logged",
         one_of<LogLevel>({{"debug", LogLevel::debug},
                           {"info", LogLevel::info},
                           {"warning", LogLevel::warning},
                           {"error", LogLevel::error}}))
      ->type_name("{debug,info,warning,error}")
      ->default_str("info");
  parsed(app, "--log-format", log.format, "text is key=value, json one object a line",
         one_of<LogFormat>({{"text", LogFormat::text}, {"json", LogFormat::json}}))
      ->type_name("{text,json}")
      ->default_str("text");
}

void add_node_name(CLI::App& app, std::string& node_name) {
  option(app, "--node-name", node_name, "Name of this node's Node object")->envname("NODE_NAME");
}

}  // namespace

void add_run_flags(CLI::App& app, RunOptions& options) {
  options.admin = AdminAddress{IpAddress::from_v4(0x7f000001), 9472};
  add_node_name(app, options.node_name);
  add_cluster_flags(app, options.cluster);
  option(app, "--net-config-path", options.net_config_path, "net-conf.json: the cluster's network, read at start");
  option(app, "--run-dir", options.run_dir, "Socket, subnet.env and state");
  option(app, "--subnet-file", options.subnet_file, "Where the CNI plugin finds the subnet (default: in --run-dir)");
  option(app, "--cni-conf-dir", options.cni_conf_dir, "Write 05-weft.conflist here once the node can serve pods");
  add_uplink_flags(app, options.uplink);
  flag(app, "--ip-masq", options.ip_masq, "Masquerade what leaves the pod network");
  parsed(app, "--lease-source", options.lease_mode, "Whether subnets are picked here or adopted from spec.podCIDR",
         one_of<LeaseMode>(
             {{"auto", LeaseMode::automatic}, {"claim", LeaseMode::claim}, {"podcidr", LeaseMode::pod_cidr}}))
      ->type_name("{auto,claim,podcidr}")
      ->default_str("auto");
  parsed(app, "--admin-addr", options.admin, "Where /livez, /readyz and /metrics are served, or off", admin_address)
      ->type_name("ADDRESS:PORT")
      ->default_str("127.0.0.1:9472");
  parsed(app, "--resync-period", options.resync_period, "Compare with the kernel at least so often", a_period)
      ->type_name("DURATION")
      ->default_str("30s");
  parsed(app, "--ledger-sweep-period", options.ledger_sweep_period, "Take back addresses of ended pods so often",
         a_period)
      ->type_name("DURATION")
      ->default_str("1m");
  flag(app, "--set-node-network-unavailable", options.set_node_network_unavailable,
       "Set the Node's condition NetworkUnavailable to False when ready (default true)");
  add_log_flags(app, options.log);
  app.footer("The command line wins over the environment. docs/operations.md explains flags and exit codes.");
}

void add_debug_flags(CLI::App& app, DebugOptions& options) {
  app.add_option("dataset", options.dataset, "What to show, see below")->check(CLI::IsMember(debug_datasets()));
  app.add_flag("--json", options.json, "JSON as documented in docs/operations.md");
  app.add_flag("--leaks", options.leaks, "Of pods: only what the daemon would sweep, and why");
  option(app, "--run-dir", options.run_dir, "The daemon's --run-dir");
  // Not from the environment: what a container sets for its daemon must not turn `debug` inside it to the cluster.
  option(app, "--kubeconfig,--kubeconfig-file", options.cluster.kubeconfig,
         "Ask the API server instead of the daemon (leases only)")
      ->envname("");
  option(app, "--kube-api-url", options.cluster.kube_api_url, "The same, with the URL of the API server")->envname("");
  add_annotation_prefix(app, options.cluster);
  app.footer(
      "Datasets:\n"
      "  leases    every Node's subnets, and what this node makes of them\n"
      "  peers     the verdict on each other node, and routes that are in the way\n"
      "  plan      what would be done to the kernel now\n"
      "  kernel    Weft's devices, addresses, neighbours, forwarding entries and routes\n"
      "  firewall  the table inet weft as wanted, and whether it is intact\n"
      "  health    what /livez and /readyz are made of\n"
      "  pods      the node's addresses and who has them; needs no daemon");
}

void add_cleanup_flags(CLI::App& app, CleanupOptions& options) {
  option(app, "--run-dir", options.run_dir, "The daemon's --run-dir");
  option(app, "--subnet-file", options.subnet_file, "The daemon's --subnet-file");
  option(app, "--cni-conf-dir", options.cni_conf_dir, "Remove 05-weft.conflist from here (default /etc/cni/net.d)");
  option(app, "--cni-bin-dir", options.cni_bin_dir, "Remove the CNI plugin from here, once no pod is attached");
  app.add_flag("--pods", options.pods, "Also remove the links of pods that are still attached");
  app.add_flag("--node-annotations", options.node_annotations, "Also give up this node's lease in the cluster");
  add_node_name(app, options.node_name);
  add_cluster_flags(app, options.cluster);
}

void add_install_flags(CLI::App& app, InstallOptions& options) {
  option(app, "--cni-bin-dir", options.cni_bin_dir, "Where container runtimes look for plugins");
  option(app, "--plugin", options.plugin, "The plugin (default: weft beside weftd)");
}

}  // namespace weft
