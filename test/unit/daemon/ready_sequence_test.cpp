#include "daemon/ready_sequence.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

using namespace std::chrono_literals;
using ready_action::RemoveFiles;
using ready_action::SetCondition;
using ready_action::WriteFiles;

const TimePoint kStart{std::chrono::hours(1)};

NetworkConfig config() {
  NetworkConfig config;
  config.v4 = FamilyConfig{.network = IpPrefix::parse("10.244.0.0/16").value()};
  return config;
}

LocalLease lease(const char* subnet = "10.244.7.0/24") {
  return {.node = "n1", .lease = {.uid = "u", .subnets = {.v4 = IpPrefix::parse(subnet).value()}}};
}

ApplyReport applied(const LocalLease& self, bool ok = true, std::uint32_t mtu = 1450) {
  return {.self = self, .planned = true, .ok = ok, .mtu = PodMtu{mtu, 0}};
}

struct Sequence {
  ReadySequence sequence{config(), true, true, [] { return ~std::uint64_t{0}; }};
  TimePoint now = kStart;

  std::vector<ReadyAction> step(const ReadyInput& input) { return sequence.step(input, now); }
  std::vector<ReadyAction> held(const LocalLease& local = lease()) { return step(ready_input::Held{local, "rules"}); }
  std::vector<ReadyAction> kernel(const ApplyReport& report) { return step(ready_input::KernelApplied{report}); }
  std::vector<ReadyAction> firewall(const std::string& script = "rules", bool ok = true) {
    return step(ready_input::FirewallApplied{{.script = script, .ok = ok}});
  }
  void make_ready() {
    ASSERT_TRUE(held().empty());
    ASSERT_TRUE(kernel(applied(lease())).empty());
    ASSERT_EQ(firewall().size(), 1U);
    ASSERT_EQ(step(ready_input::FilesDone{}).size(), 1U);
    ASSERT_TRUE(step(ready_input::ConditionDone{true}).empty());
    ASSERT_EQ(sequence.missing(), "");
  }
};

TEST(ReadySequence, LeaseThenKernelThenRulesThenFilesThenCondition) {
  Sequence s;
  EXPECT_EQ(s.sequence.missing(), "the lease");
  EXPECT_TRUE(s.held().empty());
  EXPECT_TRUE(s.kernel(applied(lease())).empty());
  EXPECT_EQ(s.sequence.missing(), "the firewall rules");
  const auto files = s.firewall();
  ASSERT_EQ(files.size(), 1U);
  const SubnetEnv& env = std::get<WriteFiles>(files.front()).env;
  EXPECT_EQ(env.v4->subnet.to_string(), "10.244.7.0/24");
  EXPECT_EQ(env.mtu, 1450U);
  EXPECT_TRUE(env.ip_masq);
  EXPECT_FALSE(env.v6);
  const auto condition = s.step(ready_input::FilesDone{});
  ASSERT_EQ(condition.size(), 1U);
  EXPECT_FALSE(std::get<SetCondition>(condition.front()).unavailable);
  EXPECT_EQ(s.sequence.missing(), "");
}

TEST(ReadySequence, TheOrderOfReportsDoesNotMatter) {
  Sequence s;
  EXPECT_TRUE(s.firewall().empty());
  EXPECT_TRUE(s.kernel(applied(lease())).empty());
  EXPECT_EQ(s.held().size(), 1U);
}

TEST(ReadySequence, NothingIsWrittenForAnotherSubnetOrOtherRules) {
  Sequence s;
  ASSERT_TRUE(s.held().empty());
  EXPECT_TRUE(s.kernel(applied(lease("10.244.9.0/24"))).empty());
  EXPECT_TRUE(s.firewall("older rules").empty());
  EXPECT_TRUE(s.firewall("rules", false).empty());
  EXPECT_TRUE(s.firewall().empty());
  EXPECT_EQ(s.sequence.missing(), "the first full apply of devices and routes");
  EXPECT_TRUE(s.kernel(applied(lease(), false)).empty());
}

TEST(ReadySequence, ALaterFailureTakesNothingAway) {
  Sequence s;
  s.make_ready();
  EXPECT_TRUE(s.kernel(applied(lease(), false)).empty());
  EXPECT_TRUE(s.sequence.files_written());
}

TEST(ReadySequence, ANewMtuIsWritten) {
  Sequence s;
  s.make_ready();
  EXPECT_TRUE(s.kernel(applied(lease())).empty());
  const auto actions = s.kernel(applied(lease(), true, 1350));
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_EQ(std::get<WriteFiles>(actions.front()).env.mtu, 1350U);
  EXPECT_TRUE(s.step(ready_input::FilesDone{}).empty());  // the condition is set already
}

TEST(ReadySequence, AReadOnlyDiskIsTriedAgain) {
  Sequence s;
  ASSERT_TRUE(s.held().empty());
  ASSERT_TRUE(s.kernel(applied(lease())).empty());
  ASSERT_EQ(s.firewall().size(), 1U);
  EXPECT_TRUE(s.step(ready_input::FilesDone{"read-only file system"}).empty());
  EXPECT_NE(s.sequence.missing(), "");
  EXPECT_EQ(s.sequence.files_error(), "read-only file system");
  EXPECT_FALSE(s.sequence.files_written());
  s.now = s.sequence.wake_at();
  EXPECT_LE(s.now - kStart, 10s);
  const auto again = s.step(ready_input::Tick{});
  ASSERT_EQ(again.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<WriteFiles>(again.front()));
}

TEST(ReadySequence, TheConditionIsTriedAgain) {
  Sequence s;
  ASSERT_TRUE(s.held().empty());
  ASSERT_TRUE(s.kernel(applied(lease())).empty());
  ASSERT_EQ(s.firewall().size(), 1U);
  ASSERT_EQ(s.step(ready_input::FilesDone{}).size(), 1U);
  EXPECT_TRUE(s.step(ready_input::ConditionDone{false}).empty());
  EXPECT_EQ(s.sequence.missing(), "");  // the node is ready all the same
  s.now = s.sequence.wake_at();
  EXPECT_EQ(s.step(ready_input::Tick{}).size(), 1U);
}

TEST(ReadySequence, AnEvictedNodeTakesItsFilesBackAndCanBecomeReadyAgain) {
  Sequence s;
  s.make_ready();
  const auto gone = s.step(ready_input::Evicted{});
  ASSERT_EQ(gone.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<RemoveFiles>(gone[0]));
  EXPECT_TRUE(std::get<SetCondition>(gone[1]).unavailable);
  EXPECT_EQ(s.sequence.missing(), "the lease");
  ASSERT_TRUE(s.step(ready_input::ConditionDone{true}).empty());
  ASSERT_TRUE(s.held(lease("10.244.9.0/24")).empty());
  const auto files = s.kernel(applied(lease("10.244.9.0/24")));
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(std::get<WriteFiles>(files.front()).env.v4->subnet.to_string(), "10.244.9.0/24");
  const auto condition = s.step(ready_input::FilesDone{});
  ASSERT_EQ(condition.size(), 1U);
  EXPECT_FALSE(std::get<SetCondition>(condition.front()).unavailable);
}

TEST(ReadySequence, OneConditionAtATime) {
  Sequence s;
  ASSERT_TRUE(s.held().empty());
  ASSERT_TRUE(s.kernel(applied(lease())).empty());
  ASSERT_EQ(s.firewall().size(), 1U);
  ASSERT_EQ(s.step(ready_input::FilesDone{}).size(), 1U);  // False is under way
  const auto gone = s.step(ready_input::Evicted{});
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<RemoveFiles>(gone[0]));
  const auto next = s.step(ready_input::ConditionDone{true});
  ASSERT_EQ(next.size(), 1U);
  EXPECT_TRUE(std::get<SetCondition>(next[0]).unavailable);
}

TEST(ReadySequence, ANodeThatWasRegisteredAnewGetsItsConditionAgain) {
  Sequence s;
  s.make_ready();
  EXPECT_TRUE(s.held().empty());  // the same Node
  LocalLease anew = lease();
  anew.lease.uid = "another";
  const auto actions = s.held(anew);
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_FALSE(std::get<SetCondition>(actions[0]).unavailable);
}

TEST(ReadySequence, TheConditionCanBeLeftToOthers) {
  Sequence s;
  s.sequence = ReadySequence(config(), false, false, [] { return std::uint64_t{0}; });
  ASSERT_TRUE(s.held().empty());
  ASSERT_TRUE(s.kernel(applied(lease())).empty());
  ASSERT_EQ(s.firewall().size(), 1U);
  EXPECT_TRUE(s.step(ready_input::FilesDone{}).empty());
  EXPECT_EQ(s.step(ready_input::Evicted{}).size(), 1U);
}

}  // namespace
}  // namespace weft
