#include "test/contract/cni/cni_node.h"
#include "test/support/cni/kernel_snapshot.h"

namespace weft::test {
namespace {

class GcTest : public CniNodeTest {
 protected:
  [[nodiscard]] PluginAnswer gc(const nlohmann::json& valid) const {
    nlohmann::json config = config_;
    if (!valid.is_null()) config["cni.dev/valid-attachments"] = valid;
    return run_plugin({{{"CNI_COMMAND", "GC"}}, config.dump()});
  }
  static nlohmann::json entry(const std::string& id) { return {{"containerID", id}, {"ifname", "eth0"}}; }

  NetworkNamespace a_ = new_pod("a");
  NetworkNamespace b_ = new_pod("b");
  NetworkNamespace c_ = new_pod("c");
  std::set<std::string> before_ = kernel_snapshot();
};

TEST_F(GcTest, TakesWhatIsNotInTheList) {
  add("a");
  const auto with_a = kernel_snapshot();
  const auto files = ledger_files();
  add("b");
  add("c");
  const PluginAnswer answer = gc({entry("a"), entry("never-seen")});
  EXPECT_EQ(answer.exit_code, 0) << answer.output;
  EXPECT_EQ(kernel_snapshot(), with_a);
  EXPECT_EQ(ledger_files(), files);
}

TEST_F(GcTest, WithoutAListNothingIsValid) {
  add("a");
  add("b");
  EXPECT_EQ(gc(nullptr).exit_code, 0);
  EXPECT_EQ(kernel_snapshot(), before_);
  EXPECT_EQ(ledger_files(), std::set<std::string>{});
}

TEST_F(GcTest, AListThatIsNotUnderstoodChangesNothing) {
  add("a");
  const auto with_a = kernel_snapshot();
  for (const nlohmann::json& list :
       {nlohmann::json("a"), nlohmann::json::array({"a"}), nlohmann::json::array({{{"containerID", "a"}}})}) {
    EXPECT_EQ(gc(list).code(), 7) << list;
  }
  EXPECT_EQ(kernel_snapshot(), with_a);
}

TEST_F(GcTest, OtherNetworksKeepTheirPods) {
  add("a");
  const auto with_a = kernel_snapshot();
  config_["name"] = "another";
  add("b");
  EXPECT_EQ(gc(nlohmann::json::array()).exit_code, 0);
  EXPECT_EQ(kernel_snapshot(), with_a);
}

TEST_F(GcTest, WithoutALedgerHasNothingToDo) { EXPECT_EQ(gc(nullptr).exit_code, 0); }

}  // namespace
}  // namespace weft::test
