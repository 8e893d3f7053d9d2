// Many processes and threads at once: no address twice, and none lost when one is killed at any moment.
#include "subnet/ledger/ledger.h"
#include "test/support/temporary_directory.h"
#include "test/unit/subnet/ledger/attachments.h"

#include <gtest/gtest.h>

#include <csignal>
#include <mutex>
#include <random>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

namespace weft {
namespace {

using test::attachment;
using test::files_below;
using test::pool_of;

constexpr int kWorkers = 8;

std::string id_of(int worker, int round) { return fmt::format("w{}-{}", worker, round); }

// Which addresses are in use, according to those who use them.
class InUse {
 public:
  void take(const std::vector<IpAddress>& addresses) {
    const std::lock_guard guard(mutex_);
    for (const IpAddress& address : addresses) EXPECT_TRUE(addresses_.insert(address).second) << address.to_string();
  }
  void give_back(const std::vector<IpAddress>& addresses) {
    const std::lock_guard guard(mutex_);
    for (const IpAddress& address : addresses) addresses_.erase(address);
  }

 private:
  std::mutex mutex_;
  std::set<IpAddress> addresses_;
};

// Holds up to three attachments at a time, in a pool that is small enough to be exhausted now and then.
void reserve_and_release(const std::string& directory, int worker, InUse& in_use) {
  const Ledger ledger = Ledger::create(directory).value();
  const std::vector<AddressPool> pools = {pool_of("10.244.7.0/28"), pool_of("fd00::/124")};
  std::mt19937 random(static_cast<unsigned>(worker));
  std::vector<Attachment> held;
  for (int round = 0; round < 200; ++round) {
    if (held.size() < 3 && random() % 3 != 0) {
      const auto reserved = ledger.reserve(attachment(id_of(worker, round)), pools);
      if (!reserved) continue;
      in_use.take(reserved->addresses);
      held.push_back(*reserved);
    } else if (!held.empty()) {
      in_use.give_back(held.back().addresses);
      EXPECT_TRUE(ledger.release(held.back().key));
      held.pop_back();
    }
  }
  for (const Attachment& last : held) {
    in_use.give_back(last.addresses);
    EXPECT_TRUE(ledger.release(last.key));
  }
}

TEST(LedgerConcurrency, NoAddressIsGivenTwice) {
  const test::TemporaryDirectory directory;
  InUse in_use;
  std::vector<std::jthread> workers;
  for (int worker = 0; worker < kWorkers; ++worker) {
    workers.emplace_back(reserve_and_release, directory.path().string(), worker, std::ref(in_use));
  }
  workers.clear();
  EXPECT_EQ(files_below(directory.path()), std::set<std::string>{});
}

// Goes on until it is killed; every attachment has the same key, so that the parent knows what to release.
[[noreturn]] void reserve_and_release_for_ever(const std::string& directory, int worker) {
  const Ledger ledger = Ledger::create(directory).value();
  const std::vector<AddressPool> pools = {pool_of("10.244.7.0/24"), pool_of("fd00::/64")};
  while (true) {
    if (!ledger.reserve(attachment(id_of(worker, 0)), pools) || !ledger.release(attachment(id_of(worker, 0)).key)) {
      ::_exit(1);
    }
  }
}

TEST(LedgerConcurrency, AKilledProcessLosesNothing) {
  const test::TemporaryDirectory directory;
  const Ledger ledger = Ledger::create(directory.path()).value();
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    std::vector<pid_t> children;
    for (int worker = 0; worker < kWorkers; ++worker) {
      const pid_t child = ::fork();
      ASSERT_GE(child, 0);
      if (child == 0) reserve_and_release_for_ever(directory.path(), worker);
      children.push_back(child);
    }
    // Any moment will do: this is not waited for.
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 5000));
    for (const pid_t child : children) {
      ASSERT_EQ(::kill(child, SIGKILL), 0);
      int status = 0;
      ASSERT_EQ(::waitpid(child, &status, 0), child);
      ASSERT_TRUE(WIFSIGNALED(status)) << "reserve or release failed";
    }
    for (int worker = 0; worker < kWorkers; ++worker) {
      ASSERT_TRUE(ledger.release(attachment(id_of(worker, 0)).key));
    }
    ASSERT_EQ(files_below(directory.path()), std::set<std::string>{}) << "round " << round;
  }
}

}  // namespace
}  // namespace weft
