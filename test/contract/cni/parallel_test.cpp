#include "test/contract/cni/cni_node.h"
#include "test/support/cni/kernel_snapshot.h"
#include "test/support/cni/udp.h"

#include <mutex>
#include <thread>

namespace weft::test {
namespace {

constexpr int kParallel = 8;
constexpr int kPodsEach = 4;

// The parameter is the attach mode.
class ParallelTest : public CniNodeTest, public ::testing::WithParamInterface<const char*> {
 protected:
  ParallelTest() { config_["mode"] = GetParam(); }

  // Calls `verb` for every pod, eight at a time; the answers by container id.
  std::map<std::string, PluginAnswer> run_all(const std::string& verb) const {
    std::map<std::string, PluginAnswer> answers;
    std::mutex mutex;
    {
      std::vector<std::jthread> runtimes;
      for (int runtime = 0; runtime < kParallel; ++runtime) {
        runtimes.emplace_back([&, runtime] {
          for (int pod = 0; pod < kPodsEach; ++pod) {
            const std::string id = id_of(runtime, pod);
            PluginAnswer answer = run(verb, id);
            const std::lock_guard guard(mutex);
            answers.emplace(id, std::move(answer));
          }
        });
      }
    }
    return answers;
  }

  static std::string id_of(int runtime, int pod) { return fmt::format("pod-{}-{}", runtime, pod); }
};

TEST_P(ParallelTest, EightAtOnceGetTheirOwnAddressesAndLeaveNothing) {
  std::map<std::string, NetworkNamespace> pods;
  for (int runtime = 0; runtime < kParallel; ++runtime) {
    for (int pod = 0; pod < kPodsEach; ++pod) pods.emplace(id_of(runtime, pod), new_pod(id_of(runtime, pod)));
  }
  std::set<IpAddress> all;
  UdpEnd node(ip(kNodeAddress6));
  for (const auto& [id, answer] : run_all("ADD")) {
    ASSERT_EQ(answer.exit_code, 0) << answer.output;
    const auto addresses = addresses_of(answer);
    for (const IpAddress& address : addresses) EXPECT_TRUE(all.insert(address).second) << address.to_string();
    UdpEnd pod = pods.at(id).run([&] { return UdpEnd(addresses.at(1)); });
    EXPECT_TRUE(pod.exchange(node)) << id;
  }
  EXPECT_EQ(all.size(), 2U * kParallel * kPodsEach);
  for (const auto& [id, answer] : run_all("DEL")) EXPECT_EQ(answer.exit_code, 0) << answer.output;
  for (const std::string& line : kernel_snapshot()) EXPECT_EQ(line.find("link wp"), std::string::npos) << line;
  EXPECT_EQ(ledger_files(), std::set<std::string>{});
}

TEST_P(ParallelTest, AsManyPodsAsAddressesAndNoMore) {
  write_subnet_env("10.244.7.1/29", "");
  std::vector<NetworkNamespace> pods;
  for (int runtime = 0; runtime < kParallel; ++runtime) {
    for (int pod = 0; pod < kPodsEach; ++pod) pods.push_back(new_pod(id_of(runtime, pod)));
  }
  int attached = 0;
  for (const auto& [id, answer] : run_all("ADD")) {
    attached += answer.exit_code == 0 ? 1 : 0;
    EXPECT_TRUE(answer.exit_code == 0 || answer.code() == 101) << answer.output;
  }
  EXPECT_EQ(attached, 5);
}

INSTANTIATE_TEST_SUITE_P(Modes, ParallelTest, ::testing::Values("ptp", "bridge"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace weft::test
