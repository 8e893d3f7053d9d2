// What attaching and detaching a pod costs: Weft against the kernel's floor and against Debian's reference plugins, in
// one run.
//
//   bench_attach [pods]
//
// The ways take turns with every pod, so that a busy machine hits all alike. A pod's namespace is made beforehand: that
// is the runtime's work. Wall time is from starting the process to its end, CPU time the process's own, children
// included. The reference plugins are measured where they are installed (containernetworking-plugins).
#include "subnet/unique_fd.h"
#include "test/support/cni/network_namespace.h"
#include "test/support/namespace.h"
#include "test/support/temporary_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <map>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace weft::bench {

namespace {

using Variables = std::map<std::string, std::string>;

constexpr const char* kReference = "/usr/lib/cni";

struct Cost {
  double wall = 0;  // milliseconds
  double cpu = 0;
};

// One way of attaching; what it needs is in its request and its variables.
struct Way {
  std::string name;
  std::string program;
  std::string request;  // a file
  std::function<Variables(int pod)> variables = [](int) { return Variables(); };
  bool deletes = true;
  bool in_parallel = true;  // not with hostPorts: one pod can have a port
};

// The node's own talk: connection tracking is never empty where people work.
void make_flows() {
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(19999);  // always the same flows
  ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
  for (std::uint16_t port = 20000; port < 20100; ++port) {
    to.sin_port = htons(port);
    ::sendto(fd.get(), "x", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
}

double milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

Cost run(const Way& way, const std::string& verb, const std::string& netns, int pod) {
  Variables variables = way.variables(pod);
  variables.insert({{"CNI_COMMAND", verb},
                    {"CNI_CONTAINERID", fmt::format("pod-{}", pod)},
                    {"CNI_NETNS", netns},
                    {"CNI_IFNAME", "eth0"},
                    {"CNI_PATH", kReference},
                    {"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}});
  std::vector<std::string> lines;
  for (const auto& [name, value] : variables) lines.push_back(name + '=' + value);
  std::vector<char*> environment;
  for (std::string& line : lines) environment.push_back(line.data());
  environment.push_back(nullptr);
  std::string program = way.program;
  char* arguments[] = {program.data(), nullptr};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, way.request.c_str(), O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);

  const auto start = std::chrono::steady_clock::now();
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environment.data());
  int status = 0;
  rusage usage{};
  if (failed == 0) ::wait4(child, &status, 0, &usage);
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0 || status != 0) throw std::runtime_error(fmt::format("{}: {} failed", way.name, verb));
  return {wall.count(), milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime)};
}

double quantile(std::vector<double> values, double at) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(at * static_cast<double>(values.size() - 1))];
}

struct Series {
  std::vector<double> wall;
  std::vector<double> cpu;

  void add(const Cost& cost) {
    wall.push_back(cost.wall);
    cpu.push_back(cost.cpu);
  }
};

void print(const std::string& name, const char* verb, const Series& series, const Series& base) {
  const double median = quantile(series.wall, 0.5);
  const double cpu =
      std::accumulate(series.cpu.begin(), series.cpu.end(), 0.0) / static_cast<double>(series.cpu.size());
  fmt::print("{:<26} {:<4} {:>8.2f} {:>8.2f} {:>8.2f} {:>8.2f} {:>9.2f}\n", name, verb, median,
             quantile(series.wall, 0.9), quantile(series.wall, 0.99), cpu, median / quantile(base.wall, 0.5));
}

class Bench {
 public:
  explicit Bench(int pods) : pods_(pods) {
    test::keep_mounts_private();
    test::new_network();
    std::ofstream(directory_ / "v4.env") << "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.7.1/20\n"
                                            "FLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n";
    std::ofstream(directory_ / "dual.env")
        << "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.16.1/20\nFLANNEL_IPV6_NETWORK=fd00:10:244::/48\n"
           "FLANNEL_IPV6_SUBNET=fd00:10:244:7::1/64\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n";
  }

  void run_all() {
    const std::vector<Way> ways = all_ways();
    std::map<std::string, Series> added;
    std::map<std::string, Series> deleted;
    for (int pod = 0; pod < pods_; ++pod) {
      for (const Way& way : ways) {
        const test::NetworkNamespace netns(directory_ / "pod");
        make_flows();
        added[way.name].add(run(way, "ADD", netns.path(), pod));
        if (way.deletes) deleted[way.name].add(run(way, "DEL", netns.path(), pod));
      }
    }
    for (const Way& way : ways) print(way.name, "ADD", added[way.name], added[ways.front().name]);
    for (const Way& way : ways) {
      if (way.deletes) print(way.name, "DEL", deleted[way.name], deleted[ways[1].name]);
    }
    for (const Way& way : ways) {
      if (way.in_parallel) run_in_parallel(way);
    }
  }

 private:
  static constexpr int kParallel = 8;

  std::string request(const std::string& name, const std::string& content) {
    std::ofstream(directory_ / name) << content;
    return directory_ / name;
  }

  Way weft(const std::string& name, const char* mode, const char* subnet_file) {
    return {
        .name = name,
        .program = WEFT_CNI_BINARY,
        .request = request(name, fmt::format(R"({{"cniVersion":"1.0.0","name":"{}","type":"weft","mode":"{}",)"
                                             R"("subnetFile":"{}","dataDir":"{}"}})",
                                             mode, mode, directory_ / subnet_file, directory_ / ("ledger-" + name)))};
  }

  Way with_port(const std::string& name, const char* protocol, const char* subnet_file) {
    const std::string content = fmt::format(
        R"({{"cniVersion":"1.0.0","name":"ports","type":"weft","subnetFile":"{}","dataDir":"{}","runtimeConfig":)"
        R"({{"portMappings":[{{"hostPort":8080,"containerPort":80,"protocol":"{}"}}]}}}})",
        directory_ / subnet_file, directory_ / ("ledger-" + name), protocol);
    return {.name = name, .program = WEFT_CNI_BINARY, .request = request(name, content), .in_parallel = false};
  }

  // `route`: what Flannel's delegate gives the bridge plugin is the pods' network, and that plugin sets the default
  // route itself; the ptp plugin has only what it is given.
  Way reference(const char* plugin, int network, const char* route) {
    const std::string name = fmt::format("reference {}", plugin);
    return {.name = name,
            .program = fmt::format("{}/{}", kReference, plugin),
            .request = request(name, fmt::format(R"({{"cniVersion":"1.0.0","name":"{}","type":"{}","bridge":"ref0",)"
                                                 R"("isDefaultGateway":true,"hairpinMode":true,"mtu":1450,"ipam":{{)"
                                                 R"("type":"host-local","dataDir":"{}","ranges":[[{{"subnet":)"
                                                 R"("10.{}.0.0/16"}}]],"routes":[{{"dst":"{}"}}]}}}})",
                                                 plugin, plugin, directory_ / "host-local", network, route))};
  }

  std::vector<Way> all_ways() {
    std::vector<Way> ways;
    ways.push_back({.name = "floor",
                    .program = WEFT_ATTACH_FLOOR,
                    .request = "/dev/null",
                    .variables =
                        [](int pod) {
                          return Variables{
                              {"FLOOR_HOST", fmt::format("fl{}", pod)},
                              {"FLOOR_ADDRESS", fmt::format("10.99.{}.{}", pod % 60000 / 250, pod % 250 + 1)}};
                        },
                    .deletes = false});
    ways.push_back(weft("weft ptp", "ptp", "v4.env"));
    ways.push_back(weft("weft ptp dual-stack", "ptp", "dual.env"));
    ways.push_back(weft("weft bridge", "bridge", "v4.env"));
    ways.push_back(with_port("weft TCP hostPort", "tcp", "v4.env"));
    ways.push_back(with_port("weft UDP hostPort", "udp", "v4.env"));
    ways.push_back(with_port("weft UDP hostPort, dual", "udp", "dual.env"));
    if (::access((std::string(kReference) + "/bridge").c_str(), X_OK) == 0) {
      ways.push_back(reference("bridge", 245, "10.240.0.0/12"));
      ways.push_back(reference("ptp", 246, "0.0.0.0/0"));
    }
    return ways;
  }

  void run_in_parallel(const Way& way) {
    std::vector<test::NetworkNamespace> pods;
    for (int pod = 0; pod < pods_; ++pod) pods.emplace_back(directory_ / fmt::format("pod-{}", pod));
    const auto start = std::chrono::steady_clock::now();
    std::vector<Series> series(kParallel);
    {
      std::vector<std::jthread> runtimes;
      for (int runtime = 0; runtime < kParallel; ++runtime) {
        runtimes.emplace_back([&, runtime] {
          for (int pod = runtime; pod < pods_; pod += kParallel) {
            series[static_cast<std::size_t>(runtime)].add(
                run(way, "ADD", pods[static_cast<std::size_t>(pod)].path(), 100000 + pod));
          }
        });
      }
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    std::vector<double> all;
    for (const Series& one : series) all.insert(all.end(), one.wall.begin(), one.wall.end());
    fmt::print("{:<26} ADD, {} at once: p50 {:.1f} ms, p99 {:.1f} ms, {:.0f}/s\n", way.name, kParallel,
               quantile(all, 0.5), quantile(all, 0.99), pods_ / wall.count());
    if (!way.deletes) return;
    for (int pod = 0; pod < pods_; ++pod) {
      (void)run(way, "DEL", pods[static_cast<std::size_t>(pod)].path(), 100000 + pod);
    }
  }

  int pods_;
  test::TemporaryDirectory directory_;
};

}  // namespace

}  // namespace weft::bench

int main(int argc, char** argv) try {
  const int pods = argc > 1 ? std::max(8, std::atoi(argv[1])) : 100;
  weft::test::enter_private_namespace();
  fmt::print("attaching {} pods, milliseconds; x: median against the floor (ADD), against weft ptp (DEL)\n", pods);
  fmt::print("{:<26} {:<4} {:>8} {:>8} {:>8} {:>8} {:>9}\n", "", "", "p50", "p90", "p99", "cpu", "x");
  weft::bench::Bench(pods).run_all();
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "bench_attach: {}\n", error.what());
  return 1;
}
