#include "daemon/free_blocks.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

FamilyConfig config() {
  const auto network = IpPrefix::parse("10.244.0.0/16").value();
  return {.network = network,
          .subnet_length = 24,
          .subnet_min = network.block(24, 0),
          .subnet_max = network.block(24, 255)};
}

LeaseSet holding(const std::vector<const char*>& blocks) {
  LeaseSet set;
  set.begin_list();
  for (const char* block : blocks) {
    NodeRecord record{.name = block, .uid = "u"};
    record.lease = Lease{.uid = "u", .subnets = {.v4 = IpPrefix::parse(block).value()}};
    set.upsert(record);
  }
  set.end_list(1);
  return set;
}

TEST(FreeBlocks, CountsWhatNobodyHolds) {
  EXPECT_EQ(free_blocks(holding({}), config()), 256U);
  EXPECT_EQ(free_blocks(holding({"10.244.0.0/24", "10.244.7.0/24"}), config()), 254U);
}

TEST(FreeBlocks, OtherLengthsAndOverlapsCountOnce) {
  EXPECT_EQ(free_blocks(holding({"10.244.0.0/22", "10.244.1.0/24"}), config()), 252U);
  EXPECT_EQ(free_blocks(holding({"10.244.9.0/26", "10.244.9.64/26"}), config()), 255U);
  EXPECT_EQ(free_blocks(holding({"10.9.0.0/24", "192.0.2.0/24"}), config()), 256U);
  EXPECT_EQ(free_blocks(holding({"10.244.0.0/16", "10.0.0.0/8"}), config()), 256U);
}

TEST(FreeBlocks, OnlyBetweenMinAndMax) {
  FamilyConfig narrow = config();
  narrow.subnet_min = narrow.network.block(24, 10);
  narrow.subnet_max = narrow.network.block(24, 19);
  EXPECT_EQ(free_blocks(holding({"10.244.5.0/24", "10.244.12.0/24", "10.244.16.0/20"}), narrow), 5U);
}

TEST(FreeBlocks, AFamilyThatIsOff) { EXPECT_FALSE(free_blocks(holding({}), std::nullopt)); }

}  // namespace
}  // namespace weft
