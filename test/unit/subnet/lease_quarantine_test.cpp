#include "subnet/lease_quarantine.h"

#include "test/unit/subnet/lease_protocol_fixture.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

using namespace std::chrono_literals;
using Blocks = std::vector<IpPrefix>;

const LeaseTime kStart{1h};

TEST(LeaseQuarantine, KeepsABlockForItsTime) {
  LeaseQuarantine quarantine(600s);
  quarantine.add(block("10.1.7.0/24"), kStart);
  quarantine.add(block("fd00::/64"), kStart + 10s);
  EXPECT_EQ(quarantine.blocks(kStart + 599s), (Blocks{block("10.1.7.0/24"), block("fd00::/64")}));
  EXPECT_EQ(quarantine.blocks(kStart + 600s), Blocks{block("fd00::/64")});
  EXPECT_EQ(quarantine.blocks(kStart + 610s), Blocks{});
}

TEST(LeaseQuarantine, ABlockFreedAgainStaysLonger) {
  LeaseQuarantine quarantine(600s);
  quarantine.add(block("10.1.7.0/24"), kStart);
  quarantine.add(block("10.1.7.0/24"), kStart + 300s);
  EXPECT_EQ(quarantine.blocks(kStart + 700s), Blocks{block("10.1.7.0/24")});
}

TEST(LeaseQuarantine, ForgetsTheOldestWhenThereAreTooMany) {
  LeaseQuarantine quarantine(600s);
  const IpPrefix network = block("10.0.0.0/8");
  for (std::uint64_t i = 0; i < 10'000; ++i) quarantine.add(network.block(24, i), kStart);
  const auto blocks = quarantine.blocks(kStart);
  EXPECT_EQ(blocks.size(), 8192U);
  EXPECT_EQ(blocks.back(), network.block(24, 9'999));
}

TEST(LeaseQuarantine, NoTimeIsNoQuarantine) {
  LeaseQuarantine quarantine(0s);
  quarantine.add(block("10.1.7.0/24"), kStart);
  EXPECT_EQ(quarantine.blocks(kStart), Blocks{});
}

}  // namespace
}  // namespace weft
