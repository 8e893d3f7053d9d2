#include "daemon/options.h"

#include "daemon/exit_codes.h"
#include "daemon/option_flags.h"
#include "daemon/version.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace weft {
namespace {

struct Parser {
  CLI::App app{"An overlay network for Kubernetes", "weftd"};
  RunOptions run;
  DebugOptions debug;
  CleanupOptions cleanup;
  CLI::App* run_command = nullptr;
  CLI::App* debug_command = nullptr;
  CLI::App* cleanup_command = nullptr;
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
  for (const CLI::App* candidate : {parser.run_command, parser.debug_command, parser.cleanup_command}) {
    if (candidate->parsed()) command = candidate;
  }
  if (dynamic_cast<const CLI::CallForHelp*>(&error) != nullptr) {
    return {kExitOk, command == &parser.app ? command->help() : command->help("weftd")};
  }
  if (error.get_exit_code() == 0) return {kExitOk, std::string(error.what()) + "\n"};
  const std::string help = command == &parser.app ? "weftd --help" : "weftd " + command->get_name() + " --help";
  return {kExitUsage, fmt::format("weftd: {} (see {})\n", one_line(error.what()), help)};
}

bool is_command(std::string_view word) { return word == "run" || word == "debug" || word == "cleanup"; }

ParseStop usage(std::string_view command, const std::string& what) {
  return {kExitUsage, fmt::format("weftd: {} (see weftd {} --help)\n", what, command)};
}

std::variant<Command, ParseStop> checked(RunOptions run) {
  if (run.node_name.empty()) {
    return usage("run", "--node-name is missing: give it, or set NODE_NAME (in a pod: fieldRef spec.nodeName)");
  }
  return Command(std::move(run));
}

std::variant<Command, ParseStop> checked(DebugOptions debug) {
  debug.from_cluster = !debug.cluster.kubeconfig.empty();
  if (debug.from_cluster && debug.dataset != "leases") {
    return usage("debug", fmt::format("--kubeconfig works with `debug leases` only: {} lives in a node's daemon",
                                      debug.dataset));
  }
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
  static const std::vector<std::string> datasets{"leases", "peers", "plan", "kernel", "firewall", "health"};
  return datasets;
}

std::variant<Command, ParseStop> parse_command_line(int argc, const char* const* argv) {
  Parser parser;
  add_commands(parser);
  if (argc > 1 && argv[1][0] != '-' && !is_command(argv[1])) {
    return ParseStop{kExitUsage,
                     fmt::format("weftd: \"{}\" is none of run, debug, cleanup (see weftd --help)\n", argv[1])};
  }
  try {
    parser.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // CLI11 knows no other way to say so
    return stop_for(parser, error);
  }
  if (parser.run_command->parsed()) return checked(std::move(parser.run));
  if (parser.debug_command->parsed()) return checked(std::move(parser.debug));
  return checked(std::move(parser.cleanup));
}

}  // namespace weft
