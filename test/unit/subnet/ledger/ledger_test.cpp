#include "subnet/ledger/ledger.h"

#include "test/support/temporary_directory.h"
#include "test/unit/subnet/ledger/attachments.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

namespace weft {
namespace {

using test::attachment;
using test::files_below;
using test::pool_of;

class LedgerTest : public ::testing::Test {
 protected:
  Result<Attachment> reserve(const std::string& id) { return ledger_.reserve(attachment(id), pools_); }
  static AttachmentKey key(const std::string& id) { return attachment(id).key; }

  test::TemporaryDirectory directory_;
  Ledger ledger_ = Ledger::create(directory_ / "run/cni").value();
  std::vector<AddressPool> pools_ = {pool_of("10.244.7.0/29"), pool_of("fd00::/64")};
};

TEST_F(LedgerTest, GivesOneAddressOfEachPool) {
  const auto reserved = reserve("a");
  ASSERT_TRUE(reserved) << reserved.error().message;
  ASSERT_EQ(reserved->addresses.size(), 2U);
  EXPECT_EQ(reserved->addresses[0].to_string(), "10.244.7.2");
  EXPECT_EQ(reserved->addresses[1].to_string(), "fd00::2");
  EXPECT_EQ(ledger_.find(key("a")), *reserved);
  EXPECT_EQ(files_below(directory_.path()),
            (std::set<std::string>{"addresses/10.244.7.2", "addresses/fd00::2", "attachments/a:eth0"}));
}

TEST_F(LedgerTest, NeverGivesAnAddressTwice) {
  std::set<IpAddress> given;
  for (const char* id : {"a", "b", "c", "d", "e"}) {
    const Attachment reserved = reserve(id).value();
    for (const IpAddress& address : reserved.addresses) {
      EXPECT_TRUE(given.insert(address).second) << address.to_string();
    }
  }
  EXPECT_EQ(given.size(), 10U);
}

TEST_F(LedgerTest, IsExhaustedWhenAllAreInUseAndChangesNothingThen) {
  for (const char* id : {"a", "b", "c", "d", "e"}) ASSERT_TRUE(reserve(id));
  const auto before = files_below(directory_.path());
  const auto sixth = reserve("f");
  ASSERT_FALSE(sixth);
  EXPECT_EQ(sixth.error().code, EADDRNOTAVAIL);
  EXPECT_EQ(sixth.error().message, "all 5 addresses of 10.244.7.0/29 are in use");
  EXPECT_EQ(files_below(directory_.path()), before);
  EXPECT_FALSE(ledger_.has_room(pools_[0], test::kThisBoot));
  EXPECT_TRUE(ledger_.has_room(pools_[0], "another"));
  EXPECT_TRUE(ledger_.has_room(pools_[1], test::kThisBoot));
}

TEST_F(LedgerTest, AReleasedAddressIsTheLastToComeAgain) {
  ASSERT_TRUE(reserve("a"));
  ASSERT_TRUE(ledger_.release(key("a")));
  for (const char* id : {"b", "c", "d", "e"}) EXPECT_NE(reserve(id).value().addresses[0].to_string(), "10.244.7.2");
  EXPECT_EQ(reserve("f").value().addresses[0].to_string(), "10.244.7.2");
}

TEST_F(LedgerTest, AnotherProcessGoesOnWhereTheLastOneStopped) {
  ASSERT_TRUE(reserve("a"));
  ASSERT_TRUE(ledger_.release(key("a")));
  const Ledger other = Ledger::open(directory_ / "run/cni").value();
  EXPECT_EQ(other.reserve(attachment("b"), pools_).value().addresses[0].to_string(), "10.244.7.3");
}

TEST_F(LedgerTest, ReleaseLeavesNothingAndMayBeRepeated) {
  EXPECT_TRUE(ledger_.release(key("a")));
  ASSERT_TRUE(reserve("a"));
  EXPECT_TRUE(ledger_.release(key("a")));
  EXPECT_TRUE(ledger_.release(key("a")));
  EXPECT_EQ(files_below(directory_.path()), std::set<std::string>{});
  EXPECT_EQ(ledger_.find(key("a")).error().code, ENOENT);
}

TEST_F(LedgerTest, ASecondAttachmentOfOneNameIsRefused) {
  const auto first = reserve("a");
  const auto second = reserve("a");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, EEXIST);
  EXPECT_EQ(ledger_.find(key("a")), *first);
}

TEST_F(LedgerTest, OneContainerMayHaveSeveralInterfaces) {
  Attachment second = attachment("a");
  second.key.interface = "net1";
  const auto first_reserved = reserve("a");
  const auto second_reserved = ledger_.reserve(second, pools_);
  ASSERT_TRUE(second_reserved);
  EXPECT_NE(first_reserved->addresses, second_reserved->addresses);
  ASSERT_TRUE(ledger_.release(key("a")));
  EXPECT_EQ(ledger_.find(second.key), *second_reserved);
}

TEST_F(LedgerTest, AnotherSubnetBeginsAtItsBeginning) {
  ASSERT_TRUE(reserve("a"));
  const std::vector<AddressPool> moved = {pool_of("10.244.9.0/24")};
  EXPECT_EQ(ledger_.reserve(attachment("b"), moved).value().addresses[0].to_string(), "10.244.9.2");
  EXPECT_TRUE(ledger_.release(key("a")));
}

TEST_F(LedgerTest, ListsWhatThereIs) {
  ASSERT_TRUE(reserve("a"));
  ASSERT_TRUE(reserve("b"));
  const auto entries = ledger_.list();
  ASSERT_TRUE(entries);
  std::set<AttachmentKey> keys;
  for (const Ledger::Entry& entry : *entries) {
    EXPECT_TRUE(entry.attachment);
    keys.insert(entry.key);
  }
  EXPECT_EQ(keys, (std::set<AttachmentKey>{key("a"), key("b")}));
}

TEST_F(LedgerTest, NothingToOpenBeforeTheFirstAttachment) {
  EXPECT_EQ(Ledger::open(directory_ / "elsewhere").error().code, ENOENT);
}

}  // namespace
}  // namespace weft
