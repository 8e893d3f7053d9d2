// Released addresses rest: the order in which they come again, over processes, crashes and damage.
#include "subnet/ledger/free_list.h"

#include "subnet/ledger/ledger.h"
#include "test/support/temporary_directory.h"
#include "test/unit/subnet/ledger/attachments.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace weft {
namespace {

using test::attachment;
using test::pool_of;

// A ledger that is opened anew for each call, as by plugins, and what is known about it from outside.
class Node {
 public:
  explicit Node(std::vector<AddressPool> pools) : pools_(std::move(pools)) {}

  Result<Attachment> add(const std::string& id) {
    auto reserved = Ledger::create(directory_.path()).value().reserve(attachment(id), pools_);
    if (reserved) held_[id] = *reserved;
    return reserved;
  }
  void del(const std::string& id) {
    ASSERT_TRUE(Ledger::open(directory_.path()).value().release(held_.at(id).key));
    held_.erase(id);
  }
  [[nodiscard]] const std::map<std::string, Attachment>& held() const { return held_; }
  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return directory_.path() / name; }
  [[nodiscard]] std::uintmax_t size_of(const std::string& name) const { return std::filesystem::file_size(file(name)); }

 private:
  test::TemporaryDirectory directory_;
  std::vector<AddressPool> pools_;
  std::map<std::string, Attachment> held_;
};

std::string address(const Result<Attachment>& reserved) { return reserved.value().addresses.at(0).to_string(); }

// One step of a random walk: attach a new pod, or end one of those there are.
struct Step {
  bool add = true;
  unsigned which = 0;
};

std::vector<Step> walk() {
  return *rc::gen::container<std::vector<Step>>(
      rc::gen::build<Step>(rc::gen::set(&Step::add), rc::gen::set(&Step::which, rc::gen::inRange(0U, 1000U))));
}

// The walk itself; `taken` and `freed` hear of each address.
template <class Taken, class Freed>
void go(Node& node, const std::vector<Step>& steps, Taken taken, Freed freed) {
  int next_id = 0;
  for (const Step& step : steps) {
    if (step.add || node.held().empty()) {
      const auto reserved = node.add(std::to_string(next_id++));
      if (reserved)
        taken(reserved->addresses.at(0));
      else
        RC_ASSERT(node.held().size() == 13U);
    } else {
      auto victim = node.held().begin();
      std::advance(victim, step.which % node.held().size());
      const IpAddress address = victim->second.addresses.at(0);
      node.del(victim->first);
      freed(address);
    }
  }
}

RC_GTEST_PROP(FreeListOrder, NoAddressComesAgainWhileAnotherHasBeenFreeForLonger, ()) {
  Node node({pool_of("10.244.7.0/28")});
  const AddressPool pool = pool_of("10.244.7.0/28");
  std::map<IpAddress, int> free_since;  // 0: never used
  for (std::uint64_t index = 0; index < pool.size(); ++index) free_since[pool.at(index)] = 0;
  int now = 0;
  go(
      node, walk(),
      [&](const IpAddress& taken) {
        const auto found = free_since.find(taken);
        RC_ASSERT(found != free_since.end());
        for (const auto& [other, since] : free_since) RC_ASSERT(found->second <= since);
        free_since.erase(found);
      },
      [&](const IpAddress& freed) { free_since[freed] = ++now; });
}

RC_GTEST_PROP(FreeListOrder, NothingIsGivenTwiceOrLostWhateverBecomesOfTheFile, (const std::string& bytes)) {
  Node node({pool_of("10.244.7.0/28")});
  const auto steps = walk();
  std::set<IpAddress> used;
  const auto damage = *rc::gen::inRange(0, 3);
  int step = 0;
  const auto disturb = [&] {
    if (++step % 3 != 0) return;
    const auto file = node.file("free.IPv4");
    if (damage == 0) std::filesystem::remove(file);
    if (damage == 1) std::ofstream(file, std::ios::trunc) << bytes;
    if (damage == 2) std::ofstream(file, std::ios::app) << bytes;
  };
  go(
      node, steps,
      [&](const IpAddress& taken) {
        RC_ASSERT(used.insert(taken).second);
        disturb();
      },
      [&](const IpAddress& freed) {
        used.erase(freed);
        disturb();
      });
  for (std::size_t id = 0; used.size() < 13U; ++id)
    RC_ASSERT(used.insert(node.add("last" + std::to_string(id)).value().addresses[0]).second);
  RC_ASSERT(!node.add("one more"));
}

TEST(FreeList, TheOneReleasedLastComesLast) {
  Node node({pool_of("10.244.7.0/29")});
  for (const char* id : {"a", "b", "c"}) node.add(id).value();
  node.del("c");
  node.del("a");
  EXPECT_EQ(address(node.add("d")), "10.244.7.5");
  EXPECT_EQ(address(node.add("e")), "10.244.7.6");
  EXPECT_EQ(address(node.add("f")), "10.244.7.4");
  EXPECT_EQ(address(node.add("g")), "10.244.7.2");
}

TEST(FreeList, AnAddressFreedByHandIsFoundWhenNothingElseIsLeft) {
  Node node({pool_of("10.244.7.0/29")});
  for (const char* id : {"a", "b", "c", "d", "e"}) node.add(id).value();
  std::filesystem::remove(node.file("addresses/10.244.7.4"));
  EXPECT_EQ(address(node.add("f")), "10.244.7.4");
}

TEST(FreeList, AnotherSubnetHasAnOrderOfItsOwn) {
  const test::TemporaryDirectory directory;
  const Ledger ledger = Ledger::create(directory.path()).value();
  const std::vector<AddressPool> first = {pool_of("10.244.7.0/24")};
  const std::vector<AddressPool> second = {pool_of("10.244.9.0/24")};
  EXPECT_EQ(address(ledger.reserve(attachment("a"), first)), "10.244.7.2");
  EXPECT_EQ(address(ledger.reserve(attachment("b"), second)), "10.244.9.2");
  ASSERT_TRUE(ledger.release(attachment("a").key));
  EXPECT_EQ(address(ledger.reserve(attachment("c"), second)), "10.244.9.3");
  EXPECT_EQ(address(ledger.reserve(attachment("d"), first)), "10.244.7.2");
}

TEST(FreeList, DoesNotGrowForEver) {
  Node node({pool_of("10.244.7.0/29"), pool_of("fd00::/64")});
  for (int round = 0; round < 20'000; ++round) {
    ASSERT_TRUE(node.add("a"));
    node.del("a");
  }
  EXPECT_LT(node.size_of("free.IPv4"), 200'000U);
  EXPECT_LT(node.size_of("free.IPv6"), 2'000'000U);
}

}  // namespace
}  // namespace weft
