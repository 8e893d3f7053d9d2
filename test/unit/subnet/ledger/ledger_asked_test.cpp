// Addresses that are asked for, in place of those that would be next.
#include "subnet/ledger/ledger.h"
#include "test/support/temporary_directory.h"
#include "test/unit/subnet/ledger/attachments.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>

namespace weft {
namespace {

using test::attachment;
using test::files_below;
using test::pool_of;

class LedgerAskedTest : public ::testing::Test {
 protected:
  Result<Attachment> reserve(const std::string& id, const std::vector<const char*>& asked = {},
                             const char* boot_id = test::kThisBoot) {
    Attachment wanted = attachment(id);
    wanted.boot_id = boot_id;
    for (const char* text : asked) wanted.addresses.push_back(IpAddress::parse(text).value());
    return ledger_.reserve(wanted, pools_);
  }
  static std::vector<std::string> texts(const Result<Attachment>& reserved) {
    if (!reserved) return {reserved.error().message};
    std::vector<std::string> texts;
    for (const IpAddress& address : reserved->addresses) texts.push_back(address.to_string());
    return texts;
  }
  using Texts = std::vector<std::string>;

  test::TemporaryDirectory directory_;
  Ledger ledger_ = Ledger::create(directory_ / "cni").value();
  std::vector<AddressPool> pools_ = {pool_of("10.244.7.0/29"), pool_of("fd00::/64")};
};

TEST_F(LedgerAskedTest, IsGivenAndTheOtherFamilyIsPicked) {
  EXPECT_EQ(texts(reserve("a", {"10.244.7.5"})), (Texts{"10.244.7.5", "fd00::2"}));
  EXPECT_EQ(texts(reserve("b", {"fd00::dead:beef:0:1", "10.244.7.3"})), (Texts{"10.244.7.3", "fd00::dead:beef:0:1"}));
  EXPECT_EQ(files_below(directory_.path()),
            (std::set<std::string>{"addresses/10.244.7.3", "addresses/10.244.7.5", "addresses/fd00::2",
                                   "addresses/fd00::dead:beef:0:1", "attachments/a:eth0", "attachments/b:eth0"}));
}

TEST_F(LedgerAskedTest, IsNotGivenToAnybodyElse) {
  ASSERT_TRUE(reserve("a", {"10.244.7.5", "fd00::3"}));
  std::set<std::string> given;
  for (const char* id : {"b", "c", "d", "e"}) {
    for (const std::string& text : texts(reserve(id))) EXPECT_TRUE(given.insert(text).second) << text;
  }
  EXPECT_FALSE(given.contains("10.244.7.5"));
  EXPECT_FALSE(given.contains("fd00::3"));
  EXPECT_EQ(reserve("f").error().code, EADDRNOTAVAIL);
}

TEST_F(LedgerAskedTest, OfALivingPodIsRefusedWithItsName) {
  Attachment owner = attachment("a");
  owner.pod_namespace = "default";
  owner.pod_name = "web";
  ASSERT_TRUE(ledger_.reserve(owner, pools_));
  const auto before = files_below(directory_.path());
  const auto second = reserve("b", {"10.244.7.2"});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, EADDRINUSE);
  EXPECT_EQ(second.error().message, "10.244.7.2 is taken by container a (default/web): ask for another one");
  EXPECT_EQ(files_below(directory_.path()), before);
}

TEST_F(LedgerAskedTest, OfADeadEntryIsTakenBack) {
  ASSERT_TRUE(reserve("old", {"10.244.7.4"}, "another boot"));
  std::ofstream(directory_ / "cni/addresses/fd00::9") << "torn";
  EXPECT_EQ(texts(reserve("a", {"10.244.7.4", "fd00::9"})), (Texts{"10.244.7.4", "fd00::9"}));
  EXPECT_EQ(ledger_.find(attachment("old").key).error().code, ENOENT);
}

TEST_F(LedgerAskedTest, NeedNotHaveRestedAndRestsAfterwards) {
  ASSERT_TRUE(reserve("a"));
  ASSERT_TRUE(ledger_.release(attachment("a").key));
  EXPECT_EQ(texts(reserve("b", {"10.244.7.2"})).front(), "10.244.7.2");
  for (const char* id : {"c", "d", "e", "f"}) ASSERT_TRUE(reserve(id));
  // The queue is c's, then b's: it may not come again by having been there before.
  ASSERT_TRUE(ledger_.release(attachment("c").key));
  ASSERT_TRUE(ledger_.release(attachment("b").key));
  EXPECT_EQ(texts(reserve("g")).front(), "10.244.7.3");
  EXPECT_EQ(texts(reserve("h")).front(), "10.244.7.2");
}

TEST_F(LedgerAskedTest, ThatNobodyHasHadRestsAfterwardsToo) {
  ASSERT_TRUE(reserve("a"));
  ASSERT_TRUE(reserve("b", {"10.244.7.4"}));
  ASSERT_TRUE(ledger_.release(attachment("b").key));
  std::set<std::string> given;
  for (const char* id : {"c", "d", "e"}) given.insert(texts(reserve(id)).front());
  EXPECT_EQ(given, (std::set<std::string>{"10.244.7.3", "10.244.7.5", "10.244.7.6"}));
  EXPECT_EQ(texts(reserve("f")).front(), "10.244.7.4");
}

TEST_F(LedgerAskedTest, OfNoPoolIsAMistake) {
  EXPECT_EQ(reserve("a", {"192.0.2.1"}).error().code, EINVAL);
  EXPECT_EQ(reserve("a", {"10.244.7.2", "10.244.7.3"}).error().code, EINVAL);
  EXPECT_EQ(files_below(directory_.path()), std::set<std::string>{});
}

}  // namespace
}  // namespace weft
