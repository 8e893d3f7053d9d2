// docs/operations.md says what the program does: nothing more, nothing less.
#include "daemon/debug/firewall.h"
#include "daemon/debug/health.h"
#include "daemon/debug/kernel.h"
#include "daemon/debug/leases.h"
#include "daemon/debug/peers.h"
#include "daemon/debug/plan.h"
#include "daemon/debug/pods.h"
#include "daemon/metrics.h"
#include "daemon/options.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace weft {
namespace {

std::string operations() {
  std::ifstream file(WEFT_DOCS_DIR "/operations.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

// The text from "## title" to the next heading of that rank.
std::string section(const std::string& title) {
  const std::string text = operations();
  const auto begin = text.find("\n## " + title + "\n");
  EXPECT_NE(begin, std::string::npos) << title;
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find("\n## ", begin + 1) - begin);
}

std::set<std::string> matches(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  std::set<std::string> found;
  for (auto at = std::sregex_iterator(text.begin(), text.end(), expression); at != std::sregex_iterator(); ++at) {
    found.insert((*at)[1]);
  }
  return found;
}

std::string help(std::vector<const char*> command) {
  command.insert(command.begin(), "weftd");
  command.push_back("--help");
  const auto parsed = parse_command_line(static_cast<int>(command.size()), command.data());
  return std::get<ParseStop>(parsed).text;
}

// The flags at the start of help's lines, aliases included.
std::set<std::string> flags_of(const std::string& command) {
  std::set<std::string> flags;
  for (const auto& line : matches(help({command.c_str()}), "\n  (--[^ ]+)"))
    flags.merge(matches(line, "(--[a-z0-9-]+)"));
  return flags;
}

TEST(Documentation, TheTableOfRunHasEveryFlagAndNoOther) {
  std::set<std::string> documented;
  for (const auto& cell : matches(section("Flags of `weftd run`"), "\n\\| (`--[^|]*`) \\|")) {
    documented.merge(matches(cell, "`(--[a-z0-9-]+)`"));
  }
  EXPECT_EQ(documented, flags_of("run"));
}

TEST(Documentation, TheOtherCommandsFlagsAreNamed) {
  const std::string commands = section("Commands");
  for (const char* command : {"debug", "cleanup", "install"}) {
    for (const auto& flag : flags_of(command)) {
      if (flag == "--kubeconfig-file") continue;  // an alias, in the table of `weftd run`
      EXPECT_NE(commands.find(flag), std::string::npos) << command << " " << flag;
    }
  }
}

TEST(Documentation, DefaultsAreThoseOfTheProgram) {
  const std::string table = section("Flags of `weftd run`");
  for (const auto& option : matches(help({"run"}), "\n  (--[^ ]+ [^ =]+=[^ ]+)")) {
    const auto flag = option.substr(0, option.find_first_of(", "));
    const auto name = table.find("`" + flag + "`");
    ASSERT_NE(name, std::string::npos) << flag;
    const auto begin = table.rfind('\n', name) + 1;
    const std::string row = table.substr(begin, table.find('\n', begin) - begin);
    EXPECT_NE(row.find("`" + option.substr(option.find('=') + 1) + "`"), std::string::npos) << option << "\n" << row;
  }
}

// Every metric there is, moved at least once.
std::string all_metrics() {
  Metrics metrics;
  ApplyReport report{.planned = true, .ok = true};
  report.objects[4] = {.put = 1};
  report.verdicts =
      std::make_shared<const std::vector<PeerVerdict>>(std::vector<PeerVerdict>{{.node = "a", .reason = "bad-mac"}});
  metrics.applied(report);
  metrics.firewall_replaced(true, true);
  metrics.claim_ended("SubnetLeased");
  metrics.watch_broken();
  metrics.event_posted(true);
  metrics.swept({.pods = 1});
  metrics.pod_table_repaired({.rebuilt = true});
  MetricsAtScrape now{.lease_state = "HELD", .subnets_free4 = 1};
  now.api.requests[{"list", 200}] = 1;
  now.watch.last_received = std::chrono::steady_clock::now();
  return metrics.render(now);
}

TEST(Documentation, EveryMetricAndNoOtherIsInItsTable) {
  std::set<std::string> documented;
  for (const auto& cell : matches(section("Metrics"), "\n\\| (`weft_[^|]*`) \\|")) {
    documented.merge(matches(cell, "`(weft_[a-z0-9_]+)`"));
  }
  EXPECT_EQ(documented, matches(all_metrics(), "# TYPE ([a-z0-9_]+) "));
}

// https://prometheus.io/docs/practices/naming
TEST(Documentation, MetricsAreNamedByPrometheusRules) {
  for (const auto& line : matches(all_metrics(), "# TYPE ([a-z0-9_]+ [a-z]+)")) {
    const std::string name = line.substr(0, line.find(' '));
    EXPECT_EQ(name.ends_with("_total"), line.ends_with(" counter")) << line;
    EXPECT_TRUE(matches(name, "(_(count|sum|bucket)$|milli|micro|minutes|kilo|mega|_ms|_kb|percent)").empty()) << line;
  }
}

// "nodes[].node" for every value in the tree.
void add_paths(const nlohmann::json& value, const std::string& path, std::set<std::string>& paths) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) add_paths(member, path.empty() ? key : path + "." + key, paths);
  } else if (value.is_array()) {
    EXPECT_FALSE(value.empty()) << path << " of the sample is empty";
    for (const auto& element : value) add_paths(element, path + "[]", paths);
  } else {
    paths.insert(path);
  }
}

void expect_documented(const std::string& dataset, const std::vector<nlohmann::json>& samples) {
  const std::string text = section("JSON of `weftd debug … --json`");
  const auto begin = text.find("\n### " + dataset + "\n");
  ASSERT_NE(begin, std::string::npos) << dataset;
  std::set<std::string> documented;
  for (const auto& cell : matches(text.substr(begin, text.find("\n### ", begin + 1) - begin), "\n\\| (`[^|]*`) \\|")) {
    documented.merge(matches(cell, "`([^`]+)`"));
  }
  std::set<std::string> paths;
  for (const auto& sample : samples) add_paths(sample, "", paths);
  EXPECT_EQ(documented, paths) << dataset;
}

Subnets both_subnets() {
  return {.v4 = IpPrefix::parse("10.244.7.0/24").value(), .v6 = IpPrefix::parse("fd00:7::/64").value()};
}

Vtep full_vtep() {
  return {.ip = IpAddress::parse("192.0.2.7").value(),
          .ip6 = IpAddress::parse("2001:db8::7").value(),
          .mac = MacAddress::parse("0a:00:00:00:00:07").value(),
          .mac6 = MacAddress::parse("0a:00:00:00:00:08").value()};
}

TEST(Documentation, JsonOfLeases) {
  NodeRecord record{.name = "a", .uid = "u", .problems = {"weft.network/vtep: no JSON"}};
  record.lease = Lease{.uid = "u", .subnets = both_subnets(), .rev4 = 4, .rev6 = 6};
  record.vtep = full_vtep();
  LeaseSet nodes;
  nodes.begin_list();
  nodes.upsert(record);
  nodes.end_list(9);
  const std::vector<PeerVerdict> verdicts{{.node = "a", .reason = "bad-mac", .detail = "is none"}};
  expect_documented("leases", {leases_json(nodes, {.self = "b", .self_state = "HELD", .verdicts = &verdicts})});
}

TEST(Documentation, JsonOfPeers) {
  const PeerVerdict verdict{
      .node = "a", .subnets = both_subnets(), .vtep = full_vtep(), .reason = "bad-mac", .detail = "is none"};
  const RouteConflict conflict{.node = "a", .subnet = IpPrefix::parse("10.244.7.0/24").value(), .route = {}};
  expect_documented("peers", {peers_json({verdict}, {conflict})});
}

TEST(Documentation, JsonOfPlanAndKernel) {
  const Route route{.destination = IpPrefix::parse("10.244.7.0/24").value(), .link = "weft.1"};
  expect_documented("plan", {plan_json({.operations = {{Verb::put, route}}}), [] {
                               auto none = no_plan_json("the lease is not held yet");
                               none.erase("operations");
                               return none;
                             }()});
  KernelDump dump;
  dump.own = {.links = {{}}, .addresses = {{}}, .neighbours = {{}}, .fdb = {{}}, .routes = {route}};
  dump.foreign_routes = {route};
  expect_documented("kernel", {kernel_json(dump)});
}

TEST(Documentation, JsonOfFirewallAndHealth) {
  expect_documented("firewall", {firewall_json({.script = "table", .listing = "table", .intact = true, .error = "e"})});
  HealthBoard board;
  board.add({.name = "lease", .gates_ready = true}, {});
  expect_documented("health", {health_json(board.status({}))});
}

TEST(Documentation, JsonOfPods) {
  Attachment pod;
  pod.key = {"3f1c", "eth0"};
  pod.host_link = "wp0123456789ab";
  pod.network = "weft";
  pod.pod_namespace = "default";
  pod.pod_name = "web-0";
  pod.since_boot = std::chrono::seconds(1);
  pod.addresses = {IpAddress::parse("10.244.7.2").value()};
  const SweepMoment later{.boot_id = "", .since_boot = std::chrono::seconds(100)};
  expect_documented("pods", {pods_json({.directory = "/run/weft/cni", .entries = {{pod.key, pod}}, .moment = later})});
}

}  // namespace
}  // namespace weft
