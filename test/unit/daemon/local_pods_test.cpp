// Whether a lost subnet's pods have gone.
#include "daemon/local_pods.h"

#include "subnet/file_writer.h"
#include "subnet/ledger/ledger.h"
#include "test/support/temporary_directory.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>

namespace weft {
namespace {

IpPrefix prefix(const char* text) { return IpPrefix::parse(text).value(); }

class LocalPodsTest : public testing::Test {
 protected:
  void attach(const char* id, const char* subnet) {
    const auto ledger = Ledger::create(directory_.path());
    const Attachment pod{.key = {id, "eth0"}, .host_link = std::string("wp-") + id};
    EXPECT_TRUE(ledger->reserve(pod, std::array{*AddressPool::of(prefix(subnet))}));
    facts_.interfaces.push_back({.name = pod.host_link});
  }
  bool holds() const { return holds_pods(directory_.path(), facts_, lost_); }

  test::TemporaryDirectory directory_;
  NodeFacts facts_{.interfaces = {{.name = "cni0"}}};
  Subnets lost_{.v4 = prefix("10.244.1.0/24"), .v6 = prefix("fd00:10:244:1::/64")};
};

TEST_F(LocalPodsTest, WithoutALedgerThereAreNone) {
  EXPECT_FALSE(holds());
  EXPECT_FALSE(holds_pods("/nonexistent", facts_, lost_));
}

TEST_F(LocalPodsTest, APodOfEitherFamily) {
  attach("a", "fd00:10:244:1::/64");
  EXPECT_TRUE(holds());
  lost_.v6.reset();
  EXPECT_FALSE(holds());
}

TEST_F(LocalPodsTest, APodOfAnotherSubnetDoesNotCount) {
  attach("a", "10.244.9.0/24");
  EXPECT_FALSE(holds());
  attach("b", "10.244.1.0/24");
  EXPECT_TRUE(holds());
}

TEST_F(LocalPodsTest, AnEntryWhoseLinkHasGoneDoesNotCount) {
  attach("a", "10.244.1.0/24");
  facts_.interfaces.pop_back();
  EXPECT_FALSE(holds());
}

TEST_F(LocalPodsTest, ADamagedEntryDoesNotCount) {
  attach("a", "10.244.1.0/24");
  EXPECT_TRUE(write_file(directory_ / "attachments/a:eth0", "{"));
  EXPECT_FALSE(holds());
}

TEST_F(LocalPodsTest, WhatIsDelegatedCountsUntilItIsUndone) {
  std::filesystem::create_directories(directory_ / "delegates");
  EXPECT_FALSE(holds());
  EXPECT_TRUE(write_file(directory_ / "delegates/a:eth0", "{}"));
  EXPECT_TRUE(holds());
  std::filesystem::remove(directory_ / "delegates/a:eth0");
  EXPECT_FALSE(holds());
}

}  // namespace
}  // namespace weft
