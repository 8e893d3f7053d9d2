#include "daemon/pod_states.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

using std::chrono::seconds;

const SweepMoment kMoment{.boot_id = "this", .since_boot = seconds(1000), .grace = seconds(60)};

Attachment entry(std::optional<std::chrono::milliseconds> made, std::string boot = "this") {
  Attachment attachment;
  attachment.key = {"a", "eth0"};
  attachment.host_link = "wp0";
  attachment.boot_id = std::move(boot);
  attachment.since_boot = made;
  return attachment;
}

TEST(PodStates, AnEntryLivesAsLongAsItsLink) {
  EXPECT_EQ(judge_entry(entry(seconds(10)), true, kMoment).state, PodState::attached);
  const PodVerdict gone = judge_entry(entry(seconds(10)), false, kMoment);
  EXPECT_EQ(gone.state, PodState::link_gone);
  EXPECT_TRUE(gone.swept);
  EXPECT_NE(gone.why.find("wp0"), std::string::npos) << gone.why;
}

TEST(PodStates, AnAddHasItsTimeToMakeTheLink) {
  const PodVerdict young = judge_entry(entry(seconds(941)), false, kMoment);
  EXPECT_EQ(young.state, PodState::attaching);
  EXPECT_FALSE(young.swept);
  EXPECT_EQ(judge_entry(entry(seconds(940)), false, kMoment).state, PodState::link_gone);
}

TEST(PodStates, AnAgeThatCannotBeIsNone) {
  for (const auto made :
       {std::optional<std::chrono::milliseconds>(seconds(1001)), std::optional<std::chrono::milliseconds>(seconds(-1)),
        std::optional<std::chrono::milliseconds>()}) {
    EXPECT_EQ(age_of(entry(made), kMoment), std::nullopt);
    EXPECT_TRUE(judge_entry(entry(made), false, kMoment).swept);
    EXPECT_FALSE(judge_entry(entry(made), true, kMoment).swept);
  }
  EXPECT_EQ(age_of(entry(seconds(990), "other"), kMoment), std::nullopt);
}

TEST(PodStates, NoPodOutlivesABoot) {
  const PodVerdict verdict = judge_entry(entry(seconds(999), "other"), false, kMoment);
  EXPECT_EQ(verdict.state, PodState::earlier_boot);
  EXPECT_TRUE(verdict.swept);
}

TEST(PodStates, WhatCannotBeReadIsJudgedByItsLink) {
  const Result<Attachment> damaged = fail("an entry that is not a JSON object");
  EXPECT_EQ(judge_entry(damaged, true, kMoment).state, PodState::unreadable);
  EXPECT_FALSE(judge_entry(damaged, true, kMoment).swept);
  EXPECT_TRUE(judge_entry(damaged, false, kMoment).swept);
  EXPECT_NE(judge_entry(damaged, false, kMoment).why.find("JSON"), std::string::npos);
  EXPECT_TRUE(judge_stray(damaged, false).swept);
}

TEST(PodStates, AnAddressOfALivingPodIsNoLeak) {
  EXPECT_FALSE(judge_stray(entry(seconds(1)), true).swept);
  EXPECT_TRUE(judge_stray(entry(seconds(1)), false).swept);
}

TEST(PodStates, OnlyALinkThatNeverCameUpIsALeak) {
  EXPECT_TRUE(judge_link({.index = 7, .name = "wp0", .up = false}).swept);
  EXPECT_FALSE(judge_link({.index = 7, .name = "wp0", .up = true}).swept);
}

}  // namespace
}  // namespace weft
