#include "daemon/options.h"

#include "daemon/exit_codes.h"
#include "daemon/option_flags.h"
#include "daemon/version.h"
#include "subnet/annotation_keys.h"

#include <CLI/CLI.hpp>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace weft {
namespace {

constexpr std::size_t kShownName = 100;  // of a wrong one, in a message

struct Parser {
  CLI::App app{"An overlay network for Kubernetes", "weftd"};
  RunOptions run;
  DebugOptions debug;
  CleanupOptions cleanup;
  InstallOptions install;
  CLI::App* run_command = nullptr;
  CLI::App* debug_command = nullptr;
  CLI::App* cleanup_command = nullptr;
  CLI::App* install_command = nullptr;
};

void add_commands(Parser& parser) {
  parser.app.set_version_flag("--version", [] { return version_text(); }, "Print version, commit, compiler, libraries");
  parser.app.require_subcommand(1);
  parser.run_command = parser.app.add_subcommand("run", "Run the daemon");
  add_run_flags(*parser.run_command, parser.run);
  parser.debug_command = parser.app.add_subcommand("debug", "Ask a running daemon, or the cluster, what it knows");
  add_debug_flags(*parser.debug_command, parser.debug);
  parser.cleanup_command = parser.app.add_subcommand("cleanup", "Remove everything Weft made on this node");
  add_cleanup_flags(*parser.cleanup_command, parser.cleanup);
  parser.install_command = parser.app.add_subcommand("install", "Put the CNI plugin where runtimes look for it");
  add_install_flags(*parser.install_command, parser.install);
}

// CLI11's messages have several lines at times; a usage error is one line here.
std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

ParseStop stop_for(const Parser& parser, const CLI::ParseError& error) {
  const CLI::App* command = &parser.app;
  for (const CLI::App* candidate : parser.app.get_subcommands()) command = candidate;  // those that were given
  if (dynamic_cast<const CLI::CallForHelp*>(&error) != nullptr) {
    return {kExitOk, command == &parser.app ? command->help() : command->help("weftd")};
  }
  if (error.get_exit_code() == 0) return {kExitOk, std::string(error.what()) + "\n"};
  const std::string help = command == &parser.app ? "weftd --help" : "weftd " + command->get_name() + " --help";
  return {kExitUsage, fmt::format("weftd: {} (see {})\n", one_line(error.what()), help)};
}

constexpr std::string_view kCommands[] = {"run", "debug", "cleanup", "install"};

ParseStop usage(std::string_view command, const std::string& what) {
  return {kExitUsage, fmt::format("weftd: {} (see weftd {} --help)\n", what, command)};
}

// Empty, or what is wrong with flags that are well-formed each.
std::string fault_of(const RunOptions& run) {
  if (run.node_name.empty()) {
    return "--node-name is missing: give it, or set NODE_NAME (in a pod: fieldRef spec.nodeName)";
  }
  if (!is_dns_subdomain(run.node_name)) {
    return fmt::format("--node-name \"{}\": no Node can have this name; it is lower case letters, digits, '-' and '.'",
                       run.node_name.substr(0, kShownName));
  }
  // The plugin finds subnet.env by the path in the conflist, and runs in another directory.
  for (const auto& [flag, path] : {std::pair("--run-dir", run.run_dir), std::pair("--subnet-file", run.subnet_path()),
                                   std::pair("--cni-conf-dir", run.cni_conf_dir)}) {
    const bool unset = path.empty() && flag == std::string_view("--cni-conf-dir");
    if (!unset && !path.starts_with('/')) return fmt::format("{} \"{}\": must be an absolute path", flag, path);
  }
  return "";
}

std::variant<Command, ParseStop> checked(RunOptions run) {
  if (const std::string fault = fault_of(run); !fault.empty()) return usage("run", fault);
  return Command(std::move(run));
}

std::variant<Command, ParseStop> checked(DebugOptions debug) {
  if (debug.dataset.empty()) {
    return usage("debug", fmt::format("give a dataset: {}", fmt::join(debug_datasets(), ", ")));
  }
  debug.from_cluster = !debug.cluster.kubeconfig.empty() || !debug.cluster.kube_api_url.empty();
  if (debug.from_cluster && debug.dataset != "leases") {
    return usage("debug",
                 fmt::format("the cluster can be asked for leases only: {} lives in a node's daemon", debug.dataset));
  }
  if (debug.leaks && debug.dataset != "pods") return usage("debug", "--leaks works with `debug pods` only");
  return Command(std::move(debug));
}

std::variant<Command, ParseStop> checked(CleanupOptions cleanup) {
  if (cleanup.node_annotations && cleanup.node_name.empty()) {
    return usage("cleanup", "--node-annotations needs --node-name (or NODE_NAME)");
  }
  return Command(std::move(cleanup));
}

}  // namespace

std::string RunOptions::subnet_path() const { return subnet_file.empty() ? run_dir + "/subnet.env" : subnet_file; }
std::string CleanupOptions::subnet_path() const { return subnet_file.empty() ? run_dir + "/subnet.env" : subnet_file; }

const std::vector<std::string>& debug_datasets() {
  static const std::vector<std::string> datasets{"leases", "peers", "plan", "kernel", "firewall", "health", "pods"};
  return datasets;
}

std::variant<Command, ParseStop> parse_command_line(int argc, const char* const* argv) {
  Parser parser;
  add_commands(parser);
  const std::string commands = fmt::format("{}", fmt::join(kCommands, ", "));
  if (argc <= 1)
    return ParseStop{kExitUsage, fmt::format("weftd: give a subcommand: {} (see weftd --help)\n", commands)};
  if (argv[1][0] != '-' && std::ranges::count(kCommands, std::string_view(argv[1])) == 0) {
    return ParseStop{kExitUsage, fmt::format("weftd: \"{}\" is none of {} (see weftd --help)\n", argv[1], commands)};
  }
  try {
    parser.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // CLI11 knows no other way to say so
    return stop_for(parser, error);
  }
  if (parser.run_command->parsed()) return checked(std::move(parser.run));
  if (parser.debug_command->parsed()) return checked(std::move(parser.debug));
  if (parser.cleanup_command->parsed()) return checked(std::move(parser.cleanup));
  return Command(std::move(parser.install));
}

}  // namespace weft
