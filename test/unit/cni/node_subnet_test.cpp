#include "cni-plugin/node_subnet.h"

#include "test/support/temporary_directory.h"

#include <gtest/gtest.h>

#include <fstream>

namespace weft::cni {
namespace {

class NodeSubnetTest : public ::testing::Test {
 protected:
  Outcome<NodeSubnet> read(std::string_view content) {
    std::ofstream(file_) << content;
    return read_node_subnet(file_);
  }

  test::TemporaryDirectory directory_;
  std::string file_ = directory_ / "subnet.env";
};

TEST_F(NodeSubnetTest, HasThePoolsAndSizes) {
  const auto subnet = read(
      "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.7.1/24\nFLANNEL_MTU=1450\n"
      "FLANNEL_IPV6_NETWORK=fd00::/48\nFLANNEL_IPV6_SUBNET=fd00:0:0:7::1/64\n"
      "FLANNEL_IPMASQ=true\nWEFT_IPV6_MTU=1430\n");
  ASSERT_TRUE(subnet) << subnet.error().message;
  ASSERT_EQ(subnet->pools.size(), 2U);
  EXPECT_EQ(subnet->pools[0].subnet().to_string(), "10.244.7.0/24");
  EXPECT_EQ(subnet->pools[1].subnet().to_string(), "fd00:0:0:7::/64");
  EXPECT_EQ(subnet->mtu, 1450U);
  EXPECT_EQ(subnet->ipv6_mtu, 1430U);
}

TEST_F(NodeSubnetTest, WithoutTheFileTheDaemonHasNoLeaseYet) {
  const auto subnet = read_node_subnet(file_);
  ASSERT_FALSE(subnet);
  EXPECT_EQ(subnet.error().code, Code::try_again_later);
}

TEST_F(NodeSubnetTest, AFileThatMakesNoSenseIsAWrongConfiguration) {
  for (const char* content : {"", "garbage", "FLANNEL_MTU=1450\n",
                              "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.7.1/31\nFLANNEL_MTU=1450\n"}) {
    const auto subnet = read(content);
    ASSERT_FALSE(subnet) << content;
    EXPECT_EQ(subnet.error().code, Code::invalid_configuration) << subnet.error().message;
    EXPECT_NE(subnet.error().message.find(file_), std::string::npos);
  }
}

TEST_F(NodeSubnetTest, ADirectoryInItsPlaceIsAnInputError) {
  std::filesystem::create_directory(file_);
  EXPECT_EQ(read_node_subnet(file_).error().code, Code::io_failure);
}

}  // namespace
}  // namespace weft::cni
