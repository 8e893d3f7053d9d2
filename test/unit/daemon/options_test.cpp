#include "daemon/options.h"

#include "daemon/exit_codes.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

namespace weft {
namespace {

using Parsed = std::variant<Command, ParseStop>;

Parsed parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "weftd");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

template <class T>
T command(const std::vector<const char*>& arguments) {
  const Parsed parsed = parse(arguments);
  if (const auto* stop = std::get_if<ParseStop>(&parsed)) ADD_FAILURE() << stop->text;
  return std::get<T>(std::get<Command>(parsed));
}

ParseStop stop(const std::vector<const char*>& arguments) {
  const Parsed parsed = parse(arguments);
  if (!std::holds_alternative<ParseStop>(parsed)) {
    ADD_FAILURE() << "was accepted";
    return {};
  }
  return std::get<ParseStop>(parsed);
}

// Sets a variable for one test.
struct Variable {
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  const char* name_;
};

TEST(Options, DefaultsOfRun) {
  const auto run = command<RunOptions>({"run", "--node-name", "n1"});
  EXPECT_EQ(run.node_name, "n1");
  EXPECT_EQ(run.net_config_path, "/etc/weft/net-conf.json");
  EXPECT_EQ(run.subnet_path(), "/run/weft/subnet.env");
  EXPECT_EQ(socket_path(run.run_dir), "/run/weft/weftd.sock");
  EXPECT_EQ(run.admin->to_string(), "127.0.0.1:9472");
  EXPECT_EQ(run.lease_mode, LeaseMode::automatic);
  EXPECT_EQ(run.resync_period, std::chrono::seconds(30));
  EXPECT_EQ(run.ledger_sweep_period, std::chrono::minutes(1));
  EXPECT_EQ(run.ledger_path(), "/run/weft/cni");
  EXPECT_FALSE(run.ip_masq);
  EXPECT_TRUE(run.set_node_network_unavailable);
  EXPECT_EQ(run.cluster.annotation_prefix, "weft.network");
}

TEST(Options, FlagsOfRun) {
  const auto run = command<RunOptions>(
      {"run", "--node-name=n1", "--kubeconfig-file=/k", "--iface=eth0", "--iface=eth1", "--iface-can-reach=192.0.2.1",
       "--public-ip=192.0.2.7", "--public-ipv6=2001:db8::7", "--ip-masq", "--lease-source=podcidr",
       "--admin-addr=[::1]:80", "--resync-period=5s", "--set-node-network-unavailable=false", "--log-level=debug",
       "--log-format=json", "--run-dir=/r", "--subnet-file=/s"});
  EXPECT_EQ(run.cluster.kubeconfig, "/k");
  EXPECT_EQ(run.uplink.iface, (std::vector<std::string>{"eth0", "eth1"}));
  EXPECT_EQ(run.uplink.can_reach->to_string(), "192.0.2.1");
  EXPECT_EQ(run.uplink.public_ip->to_string(), "192.0.2.7");
  EXPECT_EQ(run.uplink.public_ipv6->to_string(), "2001:db8::7");
  EXPECT_TRUE(run.ip_masq);
  EXPECT_EQ(run.lease_mode, LeaseMode::pod_cidr);
  EXPECT_EQ(run.admin->to_string(), "[::1]:80");
  EXPECT_EQ(run.resync_period, std::chrono::seconds(5));
  EXPECT_FALSE(run.set_node_network_unavailable);
  EXPECT_EQ(run.log.level, LogLevel::debug);
  EXPECT_EQ(run.log.format, LogFormat::json);
  EXPECT_EQ(socket_path(run.run_dir), "/r/weftd.sock");
  EXPECT_EQ(run.subnet_path(), "/s");
}

TEST(Options, EnvironmentAndCommandLine) {
  const Variable node("NODE_NAME", "from-env");
  const Variable masq("WEFT_IP_MASQ", "true");
  const Variable iface("WEFT_IFACE", "eth7");
  EXPECT_EQ(command<RunOptions>({"run"}).node_name, "from-env");
  EXPECT_EQ(command<RunOptions>({"run", "--node-name=n1"}).node_name, "n1");
  EXPECT_TRUE(command<RunOptions>({"run"}).ip_masq);
  EXPECT_FALSE(command<RunOptions>({"run", "--ip-masq=false"}).ip_masq);
  EXPECT_EQ(command<RunOptions>({"run"}).uplink.iface, std::vector<std::string>{"eth7"});
}

TEST(Options, OfTwoTheLastCounts) {
  const auto run = command<RunOptions>({"run", "--node-name=a", "--resync-period=5s", "--node-name=b",
                                        "--resync-period=6s", "--ip-masq", "--ip-masq=false"});
  EXPECT_EQ(run.node_name, "b");
  EXPECT_EQ(run.resync_period, std::chrono::seconds(6));
  EXPECT_FALSE(run.ip_masq);
}

TEST(Options, AdminCanBeOff) { EXPECT_FALSE(command<RunOptions>({"run", "--node-name=n", "--admin-addr=off"}).admin); }

TEST(Options, Debug) {
  const auto debug = command<DebugOptions>({"debug", "leases", "--json", "--run-dir=/r"});
  EXPECT_EQ(debug.dataset, "leases");
  EXPECT_TRUE(debug.json);
  EXPECT_FALSE(debug.from_cluster);
  EXPECT_TRUE(command<DebugOptions>({"debug", "leases", "--kubeconfig=/k"}).from_cluster);
  EXPECT_TRUE(command<DebugOptions>({"debug", "pods", "--leaks"}).leaks);
  EXPECT_TRUE(command<DebugOptions>({"debug", "leases", "--kube-api-url=https://192.0.2.1"}).from_cluster);
}

TEST(Options, DebugInTheDaemonsContainerAsksTheDaemon) {
  const Variable kubeconfig("WEFT_KUBECONFIG", "/k");
  const Variable url("WEFT_KUBE_API_URL", "https://192.0.2.1");
  const Variable run_dir("WEFT_RUN_DIR", "/r");
  EXPECT_FALSE(command<DebugOptions>({"debug", "peers"}).from_cluster);
  EXPECT_EQ(command<DebugOptions>({"debug", "peers"}).run_dir, "/r");
}

TEST(Options, WrongFlagsAreOneLineAndCodeTwo) {
  const std::vector<std::pair<std::vector<const char*>, const char*>> cases{
      {{}, "subcommand"},
      {{"walk"}, "walk"},
      {{"run", "--node-name=n", "--bogus"}, "--bogus"},
      {{"run", "--node-name=n", "--public-ip=2001:db8::1"}, "no IPv4 address"},
      {{"run", "--node-name=n", "--public-ip=300.1.1.1"}, "300.1.1.1"},
      {{"run", "--node-name=n", "--lease-source=etcd"}, "etcd"},
      {{"run", "--node-name=n", "--admin-addr=localhost"}, "localhost"},
      {{"run", "--node-name=n", "--admin-addr=127.0.0.1:70000"}, "65535"},
      {{"run", "--node-name=n", "--resync-period=30"}, "30s"},
      {{"run", "--node-name=n", "--resync-period=1ms"}, "between 1s and 1h"},
      {{"run", "--node-name=n", "--log-level=loud"}, "loud"},
      {{"run"}, "NODE_NAME"},
      {{"run", "--node-name=Node/1"}, "lower case"},
      {{"run", "--node-name=n", "--iface-regex=("}, "--iface-regex"},
      {{"run", "--node-name=n", "--run-dir="}, "--run-dir"},
      {{"run", "--node-name=n", "--subnet-file=subnet.env"}, "absolute"},
      {{"run", "--node-name=n", "--cni-conf-dir=net.d"}, "--cni-conf-dir"},
      {{"debug"}, "leases, peers, plan"},
      {{"debug", "secrets"}, "secrets"},
      {{"debug", "plan", "--kubeconfig=/k"}, "leases"},
      {{"debug", "plan", "--leaks"}, "pods"},
      {{"cleanup", "--node-annotations"}, "--node-name"},
  };
  for (const auto& [arguments, part] : cases) {
    const ParseStop result = stop(arguments);
    EXPECT_EQ(result.exit_code, kExitUsage) << part;
    EXPECT_NE(result.text.find(part), std::string::npos) << result.text;
    EXPECT_EQ(result.text.find('\n'), result.text.size() - 1) << result.text;
  }
}

TEST(Options, HelpAndVersionAreNoErrors) {
  EXPECT_EQ(stop({"--version"}).exit_code, kExitOk);
  EXPECT_NE(stop({"--version"}).text.find("\ncommit "), std::string::npos);
  EXPECT_EQ(stop({"run", "--help"}).exit_code, kExitOk);
  EXPECT_NE(stop({"run", "--help"}).text.find("--iface-can-reach"), std::string::npos);
}

TEST(ParseDuration, Units) {
  EXPECT_EQ(parse_duration("1500ms"), std::chrono::milliseconds(1500));
  EXPECT_EQ(parse_duration("2m"), std::chrono::minutes(2));
  EXPECT_EQ(parse_duration("4294967295h").value().count(), 4294967295LL * 3'600'000);
  for (const char* bad : {"", "s", "5", "5 s", "-5s", "5d", "99999999999s"}) EXPECT_FALSE(parse_duration(bad)) << bad;
}

}  // namespace
}  // namespace weft
