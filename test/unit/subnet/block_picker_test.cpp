#include "subnet/block_picker.h"

#include "test/support/arbitrary.h"
#include "test/unit/subnet/lease_protocol_fixture.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace weft {
namespace {

bool overlaps_any(const IpPrefix& candidate, const std::vector<IpPrefix>& blocks) {
  return std::ranges::any_of(blocks, [&](const IpPrefix& other) { return other.overlaps(candidate); });
}

// A network of up to 64 blocks, of which some at either end may not be leased.
FamilyConfig any_config() {
  const bool v4 = *rc::gen::arbitrary<bool>();
  const unsigned bits = *rc::gen::inRange(1U, 7U);
  FamilyConfig config = v4 ? family_config("10.1.0.0/18", 18 + bits) : family_config("fd00:1::/58", 58 + bits);
  const auto first = *rc::gen::inRange<std::uint64_t>(0, 1ULL << bits);
  const auto last = *rc::gen::inRange<std::uint64_t>(first, 1ULL << bits);
  config.subnet_min = config.network.block(config.subnet_length, first);
  config.subnet_max = config.network.block(config.subnet_length, last);
  return config;
}

std::vector<IpPrefix> all_blocks(const FamilyConfig& config) {
  std::vector<IpPrefix> blocks;
  const auto last = *config.network.index_of(config.subnet_max);
  for (auto i = *config.network.index_of(config.subnet_min); i <= last; ++i)
    blocks.push_back(config.network.block(config.subnet_length, i));
  return blocks;
}

// Blocks of any length in and around the network, smaller and larger than a subnet, of both families.
std::vector<IpPrefix> any_occupied(const FamilyConfig& config) {
  auto blocks = *rc::gen::arbitrary<std::vector<IpPrefix>>();
  const auto count = *rc::gen::inRange(0, 40);
  for (int i = 0; i < count; ++i) {
    const unsigned length = *rc::gen::inRange(config.network.length() + 1, config.subnet_length + 3);
    const auto index = *rc::gen::inRange<std::uint64_t>(0, config.network.block_count(length));
    blocks.push_back(config.network.block(length, index));
  }
  return blocks;
}

RC_GTEST_PROP(BlockPicker, GivesAFreeBlockExactlyWhenThereIsOne, (const std::string& name, std::uint64_t attempt)) {
  const auto config = any_config();
  const auto occupied = any_occupied(config);
  const auto avoid = any_occupied(config);
  const auto blocks = all_blocks(config);
  const auto is_free = [&](const IpPrefix& block) { return !overlaps_any(block, occupied); };
  const auto picked = pick_block(config, occupied, avoid, {name, attempt});
  RC_ASSERT(picked.has_value() == std::ranges::any_of(blocks, is_free));
  if (!picked) return;
  RC_ASSERT(std::ranges::find(blocks, *picked) != blocks.end());
  RC_ASSERT(is_free(*picked));
  const bool other_choice =
      std::ranges::any_of(blocks, [&](const IpPrefix& block) { return is_free(block) && !overlaps_any(block, avoid); });
  RC_ASSERT(!other_choice || !overlaps_any(*picked, avoid));
}

RC_GTEST_PROP(BlockPicker, WhatOthersHoldDoesNotMoveANodeOffItsBlock, (const std::string& name)) {
  const auto config = any_config();
  const auto own = pick_block(config, {}, {}, {name, 0});
  auto occupied = any_occupied(config);
  std::erase_if(occupied, [&](const IpPrefix& block) { return block.overlaps(*own); });
  // Beyond the first probes the free blocks are counted; half of them free makes that a matter of 1 in 65,536.
  std::size_t free = 0;
  const auto blocks = all_blocks(config);
  for (const IpPrefix& block : blocks)
    if (!overlaps_any(block, occupied)) ++free;
  RC_PRE(free * 2 >= blocks.size());
  RC_ASSERT(pick_block(config, occupied, {}, {name, 0}) == own);
}

TEST(BlockPicker, SpreadsNamesEvenly) {
  const auto config = family_config("10.1.0.0/18", 24);  // 64 blocks
  std::vector<IpPrefix> occupied;
  for (std::uint64_t i = 0; i < 64; i += 3) occupied.push_back(config.network.block(24, i));
  std::map<IpPrefix, int> hits;
  constexpr int nodes = 42 * 200;  // 42 of the blocks are free
  for (int i = 0; i < nodes; ++i) ++hits[*pick_block(config, occupied, {}, {fmt::format("node-{}", i), 0})];
  ASSERT_EQ(hits.size(), 42U);
  double chi_square = 0;
  for (const auto& [block, count] : hits) chi_square += (count - 200.0) * (count - 200.0) / 200.0;
  EXPECT_LT(chi_square, 75.0);  // 41 degrees of freedom: 1 in 1,000 is above
}

TEST(BlockPicker, AnotherAttemptIsAnotherBlock) {
  const auto config = family_config("10.1.0.0/16", 24);
  std::set<IpPrefix> blocks;
  for (std::uint64_t attempt = 0; attempt < 20; ++attempt) blocks.insert(*pick_block(config, {}, {}, {"n1", attempt}));
  EXPECT_GE(blocks.size(), 17U);
}

// The worst case: all claim at the same moment, and of those with one block only the first gets it.
TEST(BlockPicker, AWholeClusterAtOnceNeedsFewRounds) {
  const auto config = family_config("10.1.0.0/16", 24);
  std::vector<IpPrefix> leased;
  std::vector<std::string> waiting;
  for (int i = 0; i < 250; ++i) waiting.push_back(fmt::format("node-{}", i));
  unsigned rounds = 0;
  for (; !waiting.empty() && rounds < 20; ++rounds) {
    std::map<IpPrefix, std::string> winners;
    for (const auto& name : waiting) winners.try_emplace(*pick_block(config, leased, {}, {name, rounds}), name);
    for (const auto& [block, name] : winners) {
      leased.push_back(block);
      std::erase(waiting, name);
    }
  }
  EXPECT_LE(rounds, 8U);
}

TEST(BlockPicker, AHugeNetworkIsNoWork) {
  const auto config = family_config("fd00::/8", 126);
  const auto picked = pick_block(config, std::vector{block("fd80::/9")}, {}, {"n1", 0});
  ASSERT_TRUE(picked);
  EXPECT_EQ(picked->length(), 126U);
  EXPECT_TRUE(config.network.contains(*picked));
}

}  // namespace
}  // namespace weft
