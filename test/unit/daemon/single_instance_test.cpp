#include "daemon/single_instance.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <unistd.h>

namespace weft {
namespace {

using Acquired = std::variant<SingleInstance, SingleInstance::Holder>;

std::string unique_name() { return fmt::format("weft-test-{}", ::getpid()); }

// Two daemons on one host would undo each other's leases and routes: trap 13 of lease_traps_write_test.cpp.
TEST(SingleInstance, Trap13_TheSecondLearnsThePidOfTheFirst) {
  auto first = SingleInstance::acquire(unique_name());
  ASSERT_TRUE(first && std::holds_alternative<SingleInstance>(*first));
  auto second = SingleInstance::acquire(unique_name());
  ASSERT_TRUE(second && std::holds_alternative<SingleInstance::Holder>(*second));
  EXPECT_EQ(std::get<SingleInstance::Holder>(*second).pid, ::getpid());
}

TEST(SingleInstance, ItIsFreeAgainAfterwards) {
  {
    ASSERT_TRUE(SingleInstance::acquire(unique_name()));
  }
  auto again = SingleInstance::acquire(unique_name());
  ASSERT_TRUE(again);
  EXPECT_TRUE(std::holds_alternative<SingleInstance>(*again));
}

TEST(SingleInstance, MovingKeepsIt) {
  auto first = SingleInstance::acquire(unique_name());
  ASSERT_TRUE(first && std::holds_alternative<SingleInstance>(*first));
  const SingleInstance moved = std::move(std::get<SingleInstance>(*first));
  auto second = SingleInstance::acquire(unique_name());
  ASSERT_TRUE(second);
  EXPECT_TRUE(std::holds_alternative<SingleInstance::Holder>(*second));
}

}  // namespace
}  // namespace weft
