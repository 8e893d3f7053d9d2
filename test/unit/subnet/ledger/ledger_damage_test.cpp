// Files that a crash, a full disk or a stranger has left: nothing is lost for good, nothing crashes.
#include "subnet/ledger/ledger.h"
#include "test/support/temporary_directory.h"
#include "test/unit/subnet/ledger/attachments.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/time.h>

namespace weft {
namespace {

using test::attachment;
using test::files_below;
using test::pool_of;

class LedgerDamageTest : public ::testing::Test {
 protected:
  Result<Attachment> reserve(const std::string& id) { return ledger_.reserve(attachment(id), pools_); }
  static AttachmentKey key(const std::string& id) { return attachment(id).key; }
  std::string file(const std::string& name) const { return directory_ / name; }
  // As a crash of a writer that does not write in one step would leave it.
  void put(const std::string& name, std::string_view content) const {
    std::filesystem::remove(file(name));
    std::ofstream(file(name)) << content;
  }
  void fill_pool() {
    for (const char* id : {"a", "b", "c", "d", "e"}) ASSERT_TRUE(reserve(id));
  }

  test::TemporaryDirectory directory_;
  Ledger ledger_ = Ledger::create(directory_.path()).value();
  std::vector<AddressPool> pools_ = {pool_of("10.244.7.0/29")};
};

TEST_F(LedgerDamageTest, AnAddressThatAReleaseHadFreedIsNoLongerTheEntrysOwn) {
  ASSERT_TRUE(reserve("a"));
  std::filesystem::remove(file("addresses/10.244.7.2"));
  EXPECT_EQ(ledger_.find_held(key("a")).value().addresses, std::vector<IpAddress>{});
  Attachment next = attachment("b");
  next.addresses = {IpAddress::parse("10.244.7.2").value()};
  ASSERT_TRUE(ledger_.reserve(next, pools_));
  EXPECT_EQ(ledger_.find_held(key("a")).value().addresses, std::vector<IpAddress>{});
  EXPECT_EQ(ledger_.find_held(key("b")).value().addresses, next.addresses);
  const auto released =
      ledger_.release_if(key("a"), [](const Result<Attachment>& entry) { return entry && entry->addresses.empty(); });
  EXPECT_TRUE(released && *released);
  EXPECT_EQ(ledger_.find(key("b")).value().addresses, next.addresses);
}

TEST_F(LedgerDamageTest, UnreadableAddressesAreLeftAloneWhileOthersAreFree) {
  put("addresses/10.244.7.2", "");
  EXPECT_EQ(reserve("a").value().addresses[0].to_string(), "10.244.7.3");
}

TEST_F(LedgerDamageTest, UnreadableAddressesComeBackWhenThePoolIsExhausted) {
  fill_pool();
  for (const std::string& content :
       {std::string(), std::string("{\"id\":\"a\""), std::string("0123abcd\r\neth0"), std::string(100'000, 'x')}) {
    put("addresses/10.244.7.4", content);
    ASSERT_TRUE(ledger_.release(key("c")));
    const auto again = reserve("c");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->addresses[0].to_string(), "10.244.7.4");
  }
}

TEST_F(LedgerDamageTest, AddressesOfLivingPodsAreNeverTakenBack) {
  fill_pool();
  const auto before = files_below(directory_.path());
  EXPECT_EQ(reserve("f").error().code, EADDRNOTAVAIL);
  EXPECT_EQ(files_below(directory_.path()), before);
}

TEST_F(LedgerDamageTest, AnAddressWhoseAttachmentIsGoneComesBack) {
  fill_pool();
  std::filesystem::remove(file("attachments/b:eth0"));
  EXPECT_EQ(reserve("f").value().addresses[0].to_string(), "10.244.7.3");
}

TEST_F(LedgerDamageTest, EntriesOfAnEarlierBootComeBackWhole) {
  fill_pool();
  Attachment after_reboot = attachment("f");
  after_reboot.boot_id = "another";
  EXPECT_TRUE(ledger_.reserve(after_reboot, pools_));
  EXPECT_EQ(files_below(directory_.path()), (std::set<std::string>{"addresses/10.244.7.2", "attachments/f:eth0"}));
}

TEST_F(LedgerDamageTest, ADamagedAttachmentIsReleasedWithItsAddresses) {
  for (const char* content : {"", "{\"id\":\"a\"", "garbage", R"({"id":"other","if":"eth0","ips":["10.244.7.9"]})"}) {
    ASSERT_TRUE(reserve("a"));
    std::ofstream(file("attachments/a:eth0"), std::ios::trunc) << content;
    EXPECT_TRUE(ledger_.release(key("a")));
    EXPECT_EQ(files_below(directory_.path()), std::set<std::string>{}) << content;
  }
}

TEST_F(LedgerDamageTest, ReleaseTakesNoAddressThatBelongsToAnother) {
  ASSERT_TRUE(reserve("a"));
  put("addresses/10.244.7.2", encode(attachment("b")));
  EXPECT_TRUE(ledger_.release(key("a")));
  EXPECT_EQ(files_below(directory_.path()), std::set<std::string>{"addresses/10.244.7.2"});
}

TEST_F(LedgerDamageTest, ReleaseFinishesWhatACrashInterrupted) {
  ASSERT_TRUE(reserve("a"));
  std::filesystem::remove(file("addresses/10.244.7.2"));
  EXPECT_TRUE(ledger_.release(key("a")));
  EXPECT_EQ(files_below(directory_.path()), std::set<std::string>{});
}

TEST_F(LedgerDamageTest, AnUnfinishedFileOfAKilledProcessIsOverwritten) {
  put("unfinished", std::string(10'000, 'x'));
  const auto reserved = reserve("a");
  ASSERT_TRUE(reserved) << reserved.error().message;
  EXPECT_EQ(ledger_.find(key("a")), *reserved);
}

TEST_F(LedgerDamageTest, ADamagedHintCostsNothingButTheOrder) {
  for (const char* hint : {"", "garbage", "10.244.7.0/29 9 9\n", "fd00::/64 0 128"}) {
    put("free.IPv4", hint);
    EXPECT_EQ(reserve("a").value().addresses[0].to_string(), "10.244.7.2");
    ASSERT_TRUE(ledger_.release(key("a")));
  }
}

TEST_F(LedgerDamageTest, StrangersFilesAreListedAsUnreadable) {
  put("attachments/README", "hello");
  const auto entries = ledger_.list();
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 1U);
  EXPECT_EQ(entries->front().key.container_id, "README");
  EXPECT_FALSE(entries->front().attachment);
}

TEST_F(LedgerDamageTest, WaitingForTheLockCanBeInterrupted) {
  const UniqueFd other(::open(directory_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
  struct sigaction action{};
  action.sa_handler = [](int) {};
  ASSERT_EQ(::sigaction(SIGALRM, &action, nullptr), 0);
  const itimerval timer{.it_interval = {.tv_sec = 0, .tv_usec = 10'000}, .it_value = {.tv_sec = 0, .tv_usec = 10'000}};
  ASSERT_EQ(::setitimer(ITIMER_REAL, &timer, nullptr), 0);
  const auto reserved = reserve("a");
  const itimerval never{};
  ASSERT_EQ(::setitimer(ITIMER_REAL, &never, nullptr), 0);
  ASSERT_FALSE(reserved);
  EXPECT_EQ(reserved.error().code, EINTR);
}

}  // namespace
}  // namespace weft
