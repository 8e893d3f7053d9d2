// What it costs to program N peers: Weft against the kernel's floor and against Flannel's way, in one run.
//
//   bench_program_peers [rounds]
//
// The three are interleaved, each in a network namespace of its own, so that a busy machine hits all alike; the
// ratios are medians of each round's own. Floor and Weft have Weft's notification listener attached, whose cost is
// theirs; Flannel has none. Same entries, same metrics in all three.
#include "backend/monitor_filter.h"
#include "backend/netlink/listener.h"
#include "backend/netlink_kernel.h"
#include "backend/plan.h"
#include "test/bench/raw_netlink.h"
#include "test/support/kernel_objects.h"
#include "test/support/namespace.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <stdexcept>
#include <vector>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

namespace weft::bench {

namespace {

constexpr const char* kDevice = "weft.1";
constexpr std::uint32_t kFirstSubnet = 0x14000000;  // 20.0.0.0
constexpr std::uint32_t kFirstRemote = 0xac100000;  // 172.16.0.0

template <class T>
T value(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

// Microseconds. The kernel executes requests in the thread that sends them, so the thread's CPU time holds all of
// the work, and nothing of what other processes do on a busy machine.
struct Cost {
  double wall = 0;
  double cpu = 0;

  friend Cost operator+(const Cost& a, const Cost& b) { return {a.wall + b.wall, a.cpu + b.cpu}; }
};

double thread_time() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

Cost cost_of(auto work) {
  const auto start = std::chrono::steady_clock::now();
  const double cpu_start = thread_time();
  work();
  const double cpu = thread_time() - cpu_start;
  return {std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count(), cpu};
}

std::uint32_t metric_of(std::uint32_t i) { return 1000 + (i & 1023U); }

std::array<std::uint8_t, 6> mac_of(std::uint32_t i) {
  return {0x0a,
          0x58,
          0,
          static_cast<std::uint8_t>(i >> 16U),
          static_cast<std::uint8_t>(i >> 8U),
          static_cast<std::uint8_t>(i)};
}

Link device() {
  return {.name = kDevice,
          .vxlan = VxlanParams{.vni = 1, .port = 8472, .uplink = "up0", .local = IpAddress::from_v4(0xc0000201)},
          .mac = MacAddress({0x0a, 0x58, 0, 0, 0, 1}),
          .mtu = 1450,
          .up = true};
}

std::vector<RawPeer> raw_peers(std::uint32_t count) {
  std::vector<RawPeer> peers;
  for (std::uint32_t i = 0; i < count; ++i) {
    peers.push_back({htonl(kFirstSubnet + (i << 8U)), htonl(kFirstRemote + i), metric_of(i), mac_of(i)});
  }
  return peers;
}

KernelState desired(std::uint32_t count) {
  KernelState state;
  state.links = {device()};
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto subnet = IpPrefix::containing(IpAddress::from_v4(kFirstSubnet + (i << 8U)), 24);
    const MacAddress mac(mac_of(i));
    state.neighbours.push_back({kDevice, subnet.address(), mac});
    state.fdb.push_back({kDevice, mac, IpAddress::from_v4(kFirstRemote + i)});
    state.routes.push_back({subnet, metric_of(i), kDevice, subnet.address(), true});
  }
  state.normalise();
  return state;
}

// A node before its first peer.
NetlinkKernel empty_node() {
  test::new_network();
  test::OtherHand hand;
  hand.add_veth("up0");
  hand.add_address("up0", "192.0.2.1/24");
  auto kernel = value(NetlinkKernel::open());
  const Operation create{Verb::put, device()};
  const auto results = kernel.apply({&create, 1});
  if (!results[0]) throw std::runtime_error(results[0].error().message);
  return kernel;
}

netlink::Listener listener(std::uint32_t own_port) {
  constexpr int kGroups[] = {RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE};
  const int index = static_cast<int>(::if_nametoindex(kDevice));
  return value(netlink::Listener::open(NETLINK_ROUTE, kGroups, monitor_filter(own_port, {&index, 1})));
}

Cost floor_cost(const std::vector<RawPeer>& peers) {
  const auto node = empty_node();
  RawProgrammer programmer(static_cast<int>(::if_nametoindex(kDevice)));
  const auto attached = listener(programmer.port());
  return cost_of([&] { programmer.program_in_batches(peers); });
}

Cost flannel_cost(const std::vector<RawPeer>& peers) {
  const auto node = empty_node();
  RawProgrammer programmer(static_cast<int>(::if_nametoindex(kDevice)));
  return cost_of([&] { programmer.program_with_fresh_sockets(peers); });
}

struct WeftCosts {
  Cost program;  // make_plan + apply
  Cost plan;     // make_plan alone
  Cost read;     // dump of all that was programmed
  Cost compare;  // make_plan on the equal states
};

WeftCosts weft_costs(const KernelState& wanted) {
  auto node = empty_node();
  const auto attached = listener(node.port());
  const auto before = value(node.dump(ownership_for(1)));
  WeftCosts costs;
  Plan plan;
  OperationResults results;
  costs.plan = cost_of([&] { plan = make_plan(wanted, before.own); });
  costs.program = costs.plan + cost_of([&] { results = node.apply(plan.operations); });
  for (const auto& result : results) {
    if (!result) throw std::runtime_error(result.error().message);
  }
  KernelDump after;
  costs.read = cost_of([&] { after = value(node.dump(ownership_for(1))); });
  costs.compare = cost_of([&] { plan = make_plan(wanted, after.own); });
  if (!plan.empty()) throw std::runtime_error("the kernel does not hold what was programmed");
  return costs;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// The medians of one thing over all rounds, a peer; and its ratio to the floor, the median of each round's own.
struct Series {
  std::vector<Cost> costs;

  [[nodiscard]] double each(double Cost::* what, std::uint32_t peers) const {
    std::vector<double> values;
    for (const auto& cost : costs) values.push_back(cost.*what / peers);
    return median(values);
  }
  [[nodiscard]] double ratio_to(const Series& floor, double Cost::* what) const {
    std::vector<double> values;
    for (std::size_t i = 0; i < costs.size(); ++i) values.push_back(costs[i].*what / floor.costs[i].*what);
    return median(values);
  }
};

void run(std::uint32_t count, int rounds) {
  const auto peers = raw_peers(count);
  const auto wanted = desired(count);
  Series floor;
  Series weft;
  Series flannel;
  Series plan;
  Series read;
  Series compare;
  for (int i = 0; i < rounds; ++i) {
    floor.costs.push_back(floor_cost(peers));
    const auto costs = weft_costs(wanted);
    weft.costs.push_back(costs.program);
    plan.costs.push_back(costs.plan);
    read.costs.push_back(costs.read);
    compare.costs.push_back(costs.compare);
    flannel.costs.push_back(flannel_cost(peers));
  }
  const auto print = [&](const char* name, const Series& series) {
    fmt::print("{:>7}  {:<24} {:>8.2f} {:>8.2f} {:>8.2f} {:>8.2f}\n", count, name, series.each(&Cost::wall, count),
               series.each(&Cost::cpu, count), series.ratio_to(floor, &Cost::wall), series.ratio_to(floor, &Cost::cpu));
  };
  print("raw batched loop (floor)", floor);
  print("weft: plan and apply", weft);
  print("flannel's pattern", flannel);
  print("weft: plan alone", plan);
  print("weft: dump", read);
  print("weft: compare equal", compare);
}

}  // namespace

}  // namespace weft::bench

int main(int argc, char** argv) try {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 7;
  weft::test::enter_private_namespace();
  fmt::print("microseconds a peer (neighbour, FDB entry, route); medians of {} rounds\n", rounds);
  fmt::print("{:>7}  {:<24} {:>8} {:>8} {:>8} {:>8}\n", "peers", "", "wall", "cpu", "x floor", "x (cpu)");
  for (const std::uint32_t count : {1'000U, 10'000U}) weft::bench::run(count, rounds);
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "bench_program_peers: {}\n", error.what());
  return 1;
}
