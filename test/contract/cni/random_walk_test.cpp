// A node's life at random: pods come and go, some with a hostPort, some with an address they ask for; the plugin is
// killed and its system calls fail, runtimes forget to call DEL, the node reboots. After every step each living pod
// has its network and its port, and no address is given out twice; after a GC nothing is left of the others.
//
// WEFT_WALK_SEED and WEFT_WALK_STEPS: which walk, and how far. A failure prints both.
#include "backend/netlink/requests.h"
#include "backend/netlink/socket.h"
#include "test/contract/cni/cni_node.h"
#include "test/support/cni/conversation.h"
#include "test/support/cni/kernel_snapshot.h"
#include "test/support/cni/traced_process.h"
#include "test/support/cni/udp.h"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>
#include <thread>

namespace weft::test {
namespace {

constexpr std::size_t kPods = 8;
constexpr int kSystemCalls = 240;  // about what an ADD with a hostPort has
constexpr std::chrono::seconds kDeadline{10};

unsigned number_from(const char* variable, unsigned otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

// The names of the plugin's links on the host.
std::set<std::string> pod_links() {
  std::set<std::string> names;
  netlink::Message message;
  netlink::write_dump_links(message);
  auto socket = netlink::Socket::open(NETLINK_ROUTE).value();
  const auto links = socket.dump(message, netlink::parse_link).value();
  for (const auto& link : links) {
    if (link.name.starts_with("wp")) names.insert(link.name);
  }
  return names;
}

// Elements of the pods' nf_tables table that belong to ports.
long port_elements() {
  const auto lines = kernel_snapshot();
  return std::count_if(lines.begin(), lines.end(), [](const auto& line) { return line.starts_with("element "); });
}

struct Pod {
  std::string id;
  std::unique_ptr<NetworkNamespace> netns;  // there as long as the container is
  std::vector<IpAddress> addresses;         // empty: not attached
  std::string host_link;
  std::uint16_t host_port = 0;  // 0: none
  bool asks = false;            // for a certain address, which a dead pod may still have
};

class RandomWalkTest : public CniNodeTest, public ::testing::WithParamInterface<const char*> {
 protected:
  RandomWalkTest() { config_["mode"] = GetParam(); }

  void walk(unsigned steps) {
    const std::vector<std::function<void()>> choices = {
        [&] { start(any()); },        [&] { start(any()); },       [&] { stop(any()); },
        [&] { start_killed(any()); }, [&] { stop_killed(any()); }, [&] { start_failing(any()); },
        [&] { stop_failing(any()); }, [&] { check_one(any()); },   [&] { vanish(any()); },
        [&] { start_all(); },         [&] { collect(); },          [&] { restart_node(); },
    };
    // What is rare in life is rarer here, too.
    std::discrete_distribution<std::size_t> choose{6, 6, 8, 6, 4, 4, 2, 3, 3, 1, 3, 1};
    for (step_ = 0; step_ < steps && !HasFailure(); ++step_) {
      choices[choose(random_)]();
      expect_living_pods_to_talk();
    }
    collect();
  }

  void SetUp() override { ::testing::Test::RecordProperty("seed", static_cast<int>(seed_)); }

 private:
  Pod& any() { return pods_[std::uniform_int_distribution<std::size_t>(0, kPods - 1)(random_)]; }
  int any_system_call() { return std::uniform_int_distribution<int>(1, kSystemCalls)(random_); }
  bool coin() { return std::bernoulli_distribution(0.5)(random_); }

  [[nodiscard]] std::string here(const char* what) const {
    return fmt::format("{} at step {} of WEFT_WALK_SEED={}", what, step_, seed_);
  }

  // A container that never was before, as every one in life.
  void make_container(Pod& pod) {
    pod.id = fmt::format("c{}", ++containers_);
    pod.netns = std::make_unique<NetworkNamespace>(new_pod(pod.id));
    pod.addresses.clear();
    pod.host_port = coin() ? static_cast<std::uint16_t>(20'000 + containers_ % 40'000) : std::uint16_t{0};
    pod.asks = coin() && coin();
  }

  [[nodiscard]] PluginCall add_call(const Pod& pod) {
    nlohmann::json runtime = nlohmann::json::object();
    if (pod.host_port != 0) {
      runtime["portMappings"] = {{{"hostPort", pod.host_port}, {"containerPort", 80}, {"protocol", "udp"}}};
    }
    if (pod.asks) runtime["ips"] = {fmt::format("10.244.7.{}", 2 + std::uniform_int_distribution<>(0, 20)(random_))};
    config_["runtimeConfig"] = runtime;
    PluginCall made = call("ADD", pod.id);
    config_.erase("runtimeConfig");
    return made;
  }

  void forget(Pod& pod) { pod = Pod(); }

  void attached(Pod& pod, const PluginAnswer& answer) {
    if (pod.asks && answer.code() == 105) return clean_up_or_not(pod);
    ASSERT_EQ(answer.exit_code, 0) << here("ADD") << answer.output << answer.errors;
    pod.addresses = addresses_of(answer);
    const auto interfaces = answer.json().at("interfaces");
    pod.host_link = interfaces.at(interfaces.size() - 2).at("name");
    for (const Pod& other : pods_) {
      if (&other == &pod) continue;
      for (const IpAddress& address : other.addresses) {
        EXPECT_EQ(std::count(pod.addresses.begin(), pod.addresses.end(), address), 0)
            << here("duplicate") << address.to_string();
      }
    }
  }

  void start(Pod& pod) {
    if (!pod.addresses.empty()) return;
    make_container(pod);
    attached(pod, run_plugin(add_call(pod)));
  }

  void stop(Pod& pod) {
    if (!pod.netns) return;
    const PluginAnswer answer = run("DEL", pod.id);
    EXPECT_EQ(answer.exit_code, 0) << here("DEL") << answer.output;
    forget(pod);
  }

  void start_killed(Pod& pod) {
    if (!pod.addresses.empty()) return;
    make_container(pod);
    (void)kill_at_system_call(add_call(pod), any_system_call());
    clean_up_or_not(pod);
  }

  void stop_killed(Pod& pod) {
    if (!pod.netns) return;
    (void)kill_at_system_call(call("DEL", pod.id), any_system_call());
    clean_up_or_not(pod);
  }

  // Some runtimes send DEL after a failure, some never do.
  void clean_up_or_not(Pod& pod) {
    if (coin()) stop(pod);
    forget(pod);
  }

  void start_failing(Pod& pod) {
#ifdef __x86_64__
    if (!pod.addresses.empty()) return;
    make_container(pod);
    const int error = coin() ? ENOSPC : ENOMEM;
    const auto disturbed = fail_system_call(add_call(pod), any_system_call(), error);
    if (disturbed && disturbed->answer.exit_code == 0 && disturbed->answer.json().is_object()) {
      attached(pod, disturbed->answer);
    } else {
      clean_up_or_not(pod);
    }
#else
    start(pod);
#endif
  }

  void stop_failing(Pod& pod) {
#ifdef __x86_64__
    if (!pod.netns) return;
    (void)fail_system_call(call("DEL", pod.id), any_system_call(), ENOSPC);
#endif
    clean_up_or_not(pod);
  }

  void check_one(const Pod& pod) {
    if (pod.addresses.empty()) return;
    const PluginAnswer answer = run("CHECK", pod.id);
    EXPECT_EQ(answer.exit_code, 0) << here("CHECK") << answer.output;
  }

  // The container dies, and nobody is told.
  void vanish(Pod& pod) { forget(pod); }

  void start_all() {
    std::vector<std::jthread> runtimes;
    std::vector<PluginAnswer> answers(kPods);
    for (std::size_t i = 0; i < kPods; ++i) {
      if (!pods_[i].addresses.empty()) continue;
      make_container(pods_[i]);
      runtimes.emplace_back([asking = add_call(pods_[i]), i, &answers] { answers[i] = run_plugin(asking); });
    }
    runtimes.clear();
    for (std::size_t i = 0; i < kPods; ++i) {
      if (!answers[i].output.empty()) attached(pods_[i], answers[i]);
    }
  }

  void restart_node() {
    for (Pod& pod : pods_) forget(pod);
    reboot();
  }

  void collect() {
    auto valid = nlohmann::json::array();
    for (const Pod& pod : pods_) {
      if (!pod.addresses.empty()) valid.push_back({{"containerID", pod.id}, {"ifname", "eth0"}});
    }
    config_["cni.dev/valid-attachments"] = valid;
    PluginCall request = call("GC", "unused");
    const PluginAnswer answer = run_plugin(request);
    config_.erase("cni.dev/valid-attachments");
    EXPECT_EQ(answer.exit_code, 0) << here("GC") << answer.output;
    expect_nothing_else_left();
  }

  void expect_nothing_else_left() {
    std::set<std::string> files;
    std::set<std::string> links;
    long ports = 0;
    for (const Pod& pod : pods_) {
      if (pod.addresses.empty()) continue;
      if (pod.host_port != 0) ++ports;
      links.insert(pod.host_link);
      files.insert("attachments/" + pod.id + ":eth0");
      for (const IpAddress& address : pod.addresses) files.insert("addresses/" + address.to_string());
    }
    EXPECT_EQ(ledger_files(), files) << here("GC");
    // The kernel takes the links of dead namespaces in its own time.
    const auto end = std::chrono::steady_clock::now() + kDeadline;
    while (pod_links() != links && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    EXPECT_EQ(pod_links(), links) << here("GC");
    // Of both families: the port, and the pod's way to itself.
    EXPECT_EQ(port_elements(), 4 * ports) << here("GC");
  }

  void expect_living_pods_to_talk() {
    for (const Pod& pod : pods_) {
      for (const IpAddress& address : pod.addresses) {
        UdpEnd node(ip(address.is_v4() ? kNodeAddress4 : kNodeAddress6));
        UdpEnd inside = pod.netns->run([&] { return UdpEnd(address); });
        EXPECT_TRUE(inside.exchange(node)) << here("unreachable") << pod.id << ' ' << address.to_string();
        if (pod.host_port != 0) expect_port_to_lead(pod, address, node.address());
      }
    }
  }

  void expect_port_to_lead(const Pod& pod, const IpAddress& address, const IpAddress& node) {
    Server server = pod.netns->run([&] { return Server(Transport::udp, address, 80); });
    EXPECT_EQ(ask(server, node, pod.host_port), node.to_string()) << here("hostPort") << pod.id << ' ' << pod.host_port;
  }

  unsigned seed_ = number_from("WEFT_WALK_SEED", std::random_device()());
  std::mt19937 random_{seed_};
  std::array<Pod, kPods> pods_;
  unsigned containers_ = 0;
  unsigned step_ = 0;
};

TEST_P(RandomWalkTest, NothingLeaksAndEveryLivingPodHasItsNetwork) { walk(number_from("WEFT_WALK_STEPS", 150)); }

INSTANTIATE_TEST_SUITE_P(Modes, RandomWalkTest, ::testing::Values("ptp", "bridge"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace weft::test
