#include "test/contract/cni/cni_node.h"
#include "test/support/cni/kernel_snapshot.h"

#include <fstream>

namespace weft::test {
namespace {

class DetachTest : public CniNodeTest {
 protected:
  // DEL, with CNI_NETNS as given, must leave the node as it was.
  void expect_clean(const std::string& netns) {
    auto del = call("DEL", "a");
    del.environment["CNI_NETNS"] = netns;
    const PluginAnswer answer = run_plugin(del);
    EXPECT_EQ(answer.exit_code, 0) << answer.output;
    EXPECT_EQ(answer.output, "");
    EXPECT_EQ(kernel_snapshot(), before_);
    EXPECT_EQ(ledger_files(), std::set<std::string>{});
  }

  std::set<std::string> before_ = kernel_snapshot();
};

TEST_F(DetachTest, LeavesNothing) {
  const NetworkNamespace pod = new_pod("a");
  add("a");
  expect_clean(pod.path());
  EXPECT_EQ(pod.run([] { return kernel_snapshot().size(); }), 1U) << "only lo";
}

TEST_F(DetachTest, WithoutANamespace) {
  const NetworkNamespace pod = new_pod("a");
  add("a");
  expect_clean("");
}

TEST_F(DetachTest, WithThePathGone) {
  const NetworkNamespace pod = new_pod("a");
  add("a");
  expect_clean("/nowhere/at/all");
}

TEST_F(DetachTest, WithAPlainFileInItsPlace) {
  const NetworkNamespace pod = new_pod("a");
  add("a");
  std::ofstream(pod_path("file")) << "x";
  expect_clean(pod_path("file"));
}

TEST_F(DetachTest, AfterTheNamespaceHasDied) {
  {
    const NetworkNamespace pod = new_pod("a");
    add("a");
  }
  expect_clean(pod_path("a"));
}

TEST_F(DetachTest, MayBeRepeatedAndMayComeBeforeAdd) {
  expect_clean("");
  const NetworkNamespace pod = new_pod("a");
  expect_clean(pod.path());
  add("a");
  expect_clean(pod.path());
  expect_clean(pod.path());
}

TEST_F(DetachTest, WithAnotherConfiguration) {
  const NetworkNamespace pod = new_pod("a");
  add("a");
  config_["mode"] = "bridge";
  config_["ipam"] = {{"type", "host-local"}};
  config_["cniVersion"] = "0.3.1";
  remove_subnet_env();
  expect_clean(pod.path());
}

TEST_F(DetachTest, WithTheLedgerLost) {
  const NetworkNamespace pod = new_pod("a");
  add("a");
  std::filesystem::remove_all(data_directory());
  expect_clean(pod.path());
}

TEST_F(DetachTest, WithTheLinkLost) {
  {
    const NetworkNamespace pod = new_pod("a");
    add("a");
    std::ofstream(data_directory() + "/attachments/a:eth0", std::ios::trunc) << "{";
  }
  expect_clean("");
}

TEST_F(DetachTest, TakesAwayOnlyItsOwn) {
  const NetworkNamespace a = new_pod("a");
  const NetworkNamespace b = new_pod("b");
  add("b");
  before_ = kernel_snapshot();
  const auto files = ledger_files();
  add("a");
  EXPECT_EQ(run("DEL", "a").exit_code, 0);
  EXPECT_EQ(kernel_snapshot(), before_);
  EXPECT_EQ(ledger_files(), files);
}

TEST_F(DetachTest, ThePodMayBeAddedAgain) {
  const NetworkNamespace pod = new_pod("a");
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(add("a").size(), 2U);
    expect_clean(pod.path());
  }
}

}  // namespace
}  // namespace weft::test
