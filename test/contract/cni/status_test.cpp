#include "test/contract/cni/cni_node.h"

namespace weft::test {
namespace {

class StatusTest : public CniNodeTest {
 protected:
  [[nodiscard]] PluginAnswer status() const { return run_plugin({{{"CNI_COMMAND", "STATUS"}}, config_.dump()}); }
};

TEST_F(StatusTest, IsGoodOnANodeWithRoom) {
  EXPECT_EQ(status().exit_code, 0);
  EXPECT_EQ(status().output, "");
  const NetworkNamespace pod = new_pod("a");
  add("a");
  EXPECT_EQ(status().exit_code, 0);
}

TEST_F(StatusTest, WithoutALeaseIsNotAvailable) {
  remove_subnet_env();
  const PluginAnswer answer = status();
  EXPECT_EQ(answer.exit_code, 1);
  EXPECT_EQ(answer.code(), 50);
  EXPECT_NE(answer.message().find("weftd has no subnet"), std::string::npos);
}

TEST_F(StatusTest, WithoutAFreeAddressIsNotAvailable) {
  write_subnet_env("10.244.7.1/30", "");
  const NetworkNamespace pod = new_pod("a");
  add("a");
  EXPECT_EQ(status().code(), 50);
  EXPECT_EQ(run("DEL", "a").exit_code, 0);
  EXPECT_EQ(status().exit_code, 0);
}

}  // namespace
}  // namespace weft::test
