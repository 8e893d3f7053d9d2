// The plugin killed or failing at each of its system calls in turn.
#include "test/contract/cni/cni_node.h"
#include "test/support/cni/kernel_snapshot.h"
#include "test/support/cni/traced_process.h"

#include <cerrno>

#include <sys/syscall.h>

namespace weft::test {
namespace {

// Far more than an ADD has: a test that reaches it found no end.
constexpr int kManySystemCalls = 2000;

// The parameter is the attach mode, or "ports": ptp with hostPorts.
class CrashTest : public CniNodeTest, public ::testing::WithParamInterface<const char*> {
 protected:
  CrashTest() {
    const bool with_ports = std::string_view(GetParam()) == "ports";
    config_["mode"] = with_ports ? "ptp" : GetParam();
    if (with_ports) {
      config_["runtimeConfig"]["portMappings"] = {{{"hostPort", 8080}, {"containerPort", 80}},
                                                  {{"hostPort", 53}, {"containerPort", 53}, {"protocol", "udp"}}};
    }
    // What is made once for all pods, such as the bridge, stays.
    add("a");
    EXPECT_EQ(run("DEL", "a").exit_code, 0);
    before_ = kernel_snapshot();
    pod_before_ = pod_.run(kernel_snapshot);
  }

  void expect_as_before(const std::string& when) {
    EXPECT_EQ(kernel_snapshot(), before_) << when;
    EXPECT_EQ(ledger_files(), std::set<std::string>{}) << when;
    EXPECT_EQ(pod_.run(kernel_snapshot), pod_before_) << when;
  }

  NetworkNamespace pod_ = new_pod("a");
  std::set<std::string> before_;
  std::set<std::string> pod_before_;
};

TEST_P(CrashTest, WhatAKilledAddLeavesGoesWithDel) {
  int number = 1;
  for (; number < kManySystemCalls && kill_at_system_call(call("ADD", "a"), number); number += kStride) {
    const PluginAnswer del = run("DEL", "a");
    ASSERT_EQ(del.exit_code, 0) << "killed at " << number << ": " << del.output;
    expect_as_before(fmt::format("killed at system call {}", number));
    if (HasFailure()) return;
  }
  EXPECT_GT(number, 50);
  EXPECT_LT(number, kManySystemCalls);
}

// No DEL ever comes (some releases of containerd): the next ADD of the name works all the same, or says that the
// interface is there.
TEST_P(CrashTest, AKilledAddDoesNotBlockTheNextOne) {
  for (int number = 1; number < kManySystemCalls && kill_at_system_call(call("ADD", "a"), number); number += kStride) {
    const PluginAnswer again = run("ADD", "a");
    ASSERT_TRUE(again.exit_code == 0 || again.code() == 102) << "killed at " << number << ": " << again.output;
    ASSERT_EQ(run("DEL", "a").exit_code, 0);
    expect_as_before(fmt::format("killed at system call {}", number));
    if (HasFailure()) return;
  }
}

TEST_P(CrashTest, WhatAKilledDelLeavesGoesWithTheNext) {
  int number = 1;
  for (; number < kManySystemCalls; number += kStride) {
    add("a");
    const bool killed = kill_at_system_call(call("DEL", "a"), number);
    ASSERT_EQ(run("DEL", "a").exit_code, 0);
    expect_as_before(fmt::format("killed at system call {}", number));
    if (!killed || HasFailure()) break;
  }
  EXPECT_GT(number, 20);
  EXPECT_LT(number, kManySystemCalls);
}

#ifdef __x86_64__
// All or nothing: after a failure everything is as before without a DEL. The exceptions: the result could not be
// printed, or the process gave up by itself: a signal, or a sanitizer without memory.
TEST_P(CrashTest, AFailingAddLeavesNothing) {
  int failures = 0;
  for (int number = 1; number < kManySystemCalls; ++number) {
    const auto disturbed = fail_system_call(call("ADD", "a"), number, EIO);
    if (!disturbed) break;
    const std::string when = fmt::format("system call {} (number {}) failed: exit {}, {}", number,
                                         disturbed->system_call, disturbed->answer.exit_code, disturbed->answer.output);
    const bool printing = disturbed->system_call == SYS_write && disturbed->first_argument == 1;
    const bool gave_up =
        disturbed->answer.exit_code >= 128 || disturbed->answer.errors.find("Sanitizer") != std::string::npos;
    if (disturbed->answer.exit_code != 0) {
      ++failures;
      if (!printing && !gave_up) {
        EXPECT_GT(disturbed->answer.code(), 0) << when;
        expect_as_before(when);
      }
    }
    ASSERT_EQ(run("DEL", "a").exit_code, 0);
    expect_as_before("DEL after " + when);
    if (HasFailure()) return;
  }
  EXPECT_GT(failures, 20);
}
#endif

// Success means that nothing is left. After a failure the runtime may come again, or a GC.
TEST_P(CrashTest, AFailingDelSaysSoOrHasDoneIt) {
  int failures = 0;
  for (int number = 1; number < kManySystemCalls; ++number) {
    add("a");
    const auto disturbed = fail_system_call(call("DEL", "a"), number, EIO);
    const bool failed = disturbed && disturbed->answer.exit_code != 0;
    if (failed) {
      ++failures;
      const PluginAnswer again = run("DEL", "a");
      EXPECT_EQ(again.exit_code, 0) << again.output;
    }
    expect_as_before(fmt::format("system call {} (number {}) failed", disturbed ? disturbed->system_call : 0, number));
    if (HasFailure()) return;
    if (!disturbed) break;
  }
  EXPECT_GT(failures, 5);
}

// A release that was cut short leaves an entry that names an address which is free, and then another pod's.
TEST_P(CrashTest, WhatAKilledDelLeavesDoesNotTakeFromTheNextPod) {
  const NetworkNamespace other = new_pod("b");
  auto ports = nlohmann::json::array({{{"hostPort", 9090}, {"containerPort", 90}}});
  int reused = 0;
  for (int number = 1; number < kManySystemCalls; ++number) {
    const auto addresses = add("a");
    const bool killed = kill_at_system_call(call("DEL", "a"), number);
    const nlohmann::json before = config_;
    config_["runtimeConfig"] = {{"portMappings", ports}, {"ips", {addresses.at(0).to_string()}}};
    const PluginAnswer added = run("ADD", "b");
    config_ = before;
    config_["cni.dev/valid-attachments"] = {{{"containerID", "b"}, {"ifname", "eth0"}}};
    EXPECT_EQ(run("GC", "unused").exit_code, 0);
    config_ = before;
    if (added.exit_code == 0) {
      ++reused;
      EXPECT_EQ(run("CHECK", "b").output, "") << "DEL killed at system call " << number;
    }
    ASSERT_EQ(run("DEL", "b").exit_code, 0);
    if (HasFailure()) return;
    if (!killed) break;
  }
  EXPECT_GT(reused, 1) << "the address was never free while the entry stood";
}

INSTANTIATE_TEST_SUITE_P(Modes, CrashTest, ::testing::Values("ptp", "bridge", "ports"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace weft::test
