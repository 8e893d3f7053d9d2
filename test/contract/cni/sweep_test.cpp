// A sweep beside the plugin: what it takes for dead, at whatever moment of an ADD, is never a living pod's.
#include "subnet/ledger/host_link.h"
#include "subnet/ledger/ledger.h"
#include "test/contract/cni/cni_node.h"
#include "test/support/cni/kernel_snapshot.h"
#include "test/support/cni/traced_process.h"

#include <net/if.h>

namespace weft::test {
namespace {

constexpr int kManySystemCalls = 2000;

class SweepTest : public CniNodeTest {
 protected:
  // As the daemon does it, to an ADD that has taken far too long. Whether it took the entry away.
  [[nodiscard]] bool sweep() const {
    const auto ledger = Ledger::open(data_directory());
    if (!ledger) return false;
    const AttachmentKey key{"a", "eth0"};
    const auto released =
        ledger->release_if(key, [&](const auto&) { return ::if_nametoindex(host_link_name(key).c_str()) == 0; });
    return released && *released;
  }
};

TEST_F(SweepTest, AnAddThatIsTakenForDeadComesBackWithItsAddressesOrWithNothing) {
  const NetworkNamespace pod = new_pod("a");
  const auto before = kernel_snapshot();
  const auto pod_before = pod.run(kernel_snapshot);
  int swept = 0;
  int number = 1;
  for (; number < kManySystemCalls; number += kStride) {
    bool taken = false;
    const auto answer = pause_at_system_call(call("ADD", "a"), number, [&] { taken = sweep(); });
    if (!answer) break;
    const std::string when =
        fmt::format("swept at system call {}: exit {}, {}", number, answer->exit_code, answer->output);
    swept += taken ? 1 : 0;
    if (taken) {
      EXPECT_EQ(answer->code(), 11) << when;
      EXPECT_EQ(ledger_files(), std::set<std::string>{}) << when;
      EXPECT_EQ(kernel_snapshot(), before) << when;
      EXPECT_EQ(pod.run(kernel_snapshot), pod_before) << when;
    } else {
      EXPECT_EQ(answer->exit_code, 0) << when;
      EXPECT_EQ(ledger_files().size(), 3U) << when;
    }
    ASSERT_EQ(run("DEL", "a").exit_code, 0);
    if (HasFailure()) return;
  }
  EXPECT_GT(swept * kStride, 5);
  EXPECT_LT(number, kManySystemCalls);
}

// The same for a DEL that comes while the ADD is at work, as after a time-out of the runtime.
TEST_F(SweepTest, AnAddThatIsDeletedMeanwhileLeavesNothing) {
  const NetworkNamespace pod = new_pod("a");
  const auto before = kernel_snapshot();
  for (int number = 1; number < kManySystemCalls; number += kStride) {
    const auto answer = pause_at_system_call(call("ADD", "a"), number, [&] {
      const auto ledger = Ledger::open(data_directory());
      // Not while the ADD has the lock: DEL would wait for it, and it for the test.
      if (ledger && ledger->release_if({"a", "eth0"}, [](const auto&) { return false; })) {
        EXPECT_EQ(run("DEL", "a").exit_code, 0);
      }
    });
    if (!answer) break;
    if (answer->exit_code != 0) {
      EXPECT_EQ(ledger_files(), std::set<std::string>{}) << number << answer->output;
      EXPECT_EQ(kernel_snapshot(), before) << number << answer->output;
    } else {
      EXPECT_EQ(ledger_files().empty(), kernel_snapshot() == before) << number;
    }
    ASSERT_EQ(run("DEL", "a").exit_code, 0);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace weft::test
