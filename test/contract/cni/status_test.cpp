#include "test/contract/cni/cni_node.h"
#include "test/support/kernel_objects.h"

#include <fstream>

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

TEST_F(StatusTest, WithoutTheOverlaysDevicePodsAreCutOff) {
  std::ofstream(config_.at("subnetFile").get<std::string>(), std::ios::app) << "WEFT_DEVICES=weft.1\n";
  EXPECT_EQ(status().code(), 51);
  EXPECT_NE(status().message().find("weft.1 is missing"), std::string::npos) << status().message();
  OtherHand hand;
  hand.add_bridge("weft.1");
  hand.set_up("weft.1", false);
  EXPECT_NE(status().message().find("weft.1 is down"), std::string::npos) << status().message();
  hand.set_up("weft.1", true);
  EXPECT_EQ(status().exit_code, 0);
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
