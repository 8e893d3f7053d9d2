// A kernel that refuses, and one that changes while it is read.
#include "backend/netlink/requests.h"
#include "test/contract/netlink_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <thread>

#include <linux/capability.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace weft::test {

namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

class NetlinkTroubleTest : public NetlinkFixture {};

// Of this thread only.
void drop_all_capabilities() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct none[2] = {};
  ASSERT_EQ(::syscall(SYS_capset, &header, none), 0);
}

TEST_F(NetlinkTroubleTest, WithoutTheCapabilityReadingWorksAndWritingNamesIt) {
  std::thread([] {
    drop_all_capabilities();
    auto kernel = NetlinkKernel::open();
    ASSERT_TRUE(kernel);
    EXPECT_TRUE(kernel->read_facts());
    const auto operations = puts(sample_state());
    const auto results = kernel->apply(operations);
    ASSERT_FALSE(results[0]);
    EXPECT_EQ(results[0].error().code, EPERM);
    EXPECT_THAT(results[0].error().message, HasSubstr("CAP_NET_ADMIN"));
    EXPECT_THAT(results[0].error().message, HasSubstr("link weft"));
  }).join();
}

TEST_F(NetlinkTroubleTest, TenThousandRoutesAreReadWholeWhileTheTableChanges) {
  constexpr unsigned kRoutes = 10'000;
  KernelState state = sample_state();
  state.routes.clear();
  for (unsigned i = 0; i < kRoutes; ++i) state.routes.push_back(peer_route(i));
  apply_all(state);

  std::atomic<bool> stop = false;
  std::thread disturber([&] {
    OtherHand hand;
    for (unsigned i = 0; !stop; ++i) hand.set_mtu("up0", 1400 + i % 2);
  });
  for (int i = 0; i < 20; ++i) {
    const auto routes = own().routes;
    EXPECT_EQ(routes.size(), kRoutes);
    EXPECT_EQ(std::ranges::adjacent_find(routes, {}, &Route::destination), routes.end());
  }
  stop = true;
  disturber.join();
}

// Links appear and go while they are listed, over and over: the kernel marks such lists (NLM_F_DUMP_INTR). A list
// that comes back must be one that was true at one moment: all of the fixed links, each once.
TEST_F(NetlinkTroubleTest, AnInterruptedListOfLinksIsStartedAgain) {
  constexpr int kFixed = 200;
  for (int i = 0; i < kFixed; ++i) other().add_bridge("fixed" + std::to_string(i));
  std::atomic<bool> stop = false;
  std::atomic<int> changes = 0;
  std::thread disturber([&] {
    OtherHand hand;
    for (; !stop; ++changes) {
      hand.add_bridge("flap");
      hand.remove_link("flap");
    }
  });
  int read = 0;
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while ((read < 20 || changes < 3) && std::chrono::steady_clock::now() < deadline) {
    const auto facts = kernel().read_facts();
    if (!facts) {
      EXPECT_EQ(facts.error().code, EINTR) << facts.error().message;  // bounded: it gave up, and said so
      continue;
    }
    ++read;
    const auto is_fixed = [](const Interface& interface) { return interface.name.starts_with("fixed"); };
    EXPECT_EQ(std::ranges::count_if(facts->interfaces, is_fixed), kFixed);
  }
  stop = true;
  disturber.join();
  EXPECT_GE(read, 20);
}

// Alternative names make a link's message longer than any buffer one would choose: 64 KiB and more.
TEST_F(NetlinkTroubleTest, AMessageLongerThanTheBufferIsReadAll) {
  constexpr int kNames = 490;
  netlink::Message message;
  for (int first = 0; first < kNames; first += 10) {
    ifinfomsg header{};
    header.ifi_index = other().index_of("up0");
    message.start(RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND, header);
    {
      const auto names = message.nest(IFLA_PROP_LIST);
      for (int i = first; i < first + 10; ++i) {
        message.put_string(IFLA_ALT_IFNAME, fmt::format("up{:0>124}", i));
      }
    }
    const auto added = other().socket().request(message);
    ASSERT_TRUE(added) << added.error().message;
  }
  const auto facts = kernel().read_facts();
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(std::ranges::count(facts->interfaces, "up0", &Interface::name), 1);
  auto fresh = NetlinkKernel::open();
  ASSERT_TRUE(fresh);
  const Route route{prefix("10.244.9.0/24"), 1009, "up0", address("192.0.2.9"), false};
  const Operation put{Verb::put, route};
  EXPECT_TRUE(fresh->apply({&put, 1})[0]);  // asks for up0 by name
}

TEST_F(NetlinkTroubleTest, AnEntryToAnotherPortIsShownAsOneToNowhereAndHeals) {
  const KernelState state = sample_state();
  apply_all(state);
  netlink::Message message;
  ndmsg header{};
  header.ndm_family = AF_BRIDGE;
  header.ndm_ifindex = other().index_of("weft.1");
  header.ndm_state = NUD_PERMANENT;
  header.ndm_flags = NTF_SELF;
  message.start(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, header);
  message.put_mac(NDA_LLADDR, state.fdb[1].mac).put_address(NDA_DST, state.fdb[1].remote).put_be16(NDA_PORT, 9999);
  ASSERT_EQ(state.fdb[1].link, "weft.1");
  ASSERT_TRUE(other().socket().request(message));
  EXPECT_EQ(own().fdb[1].remote, IpAddress());
  apply_all(state);
  EXPECT_EQ(own(), state);
}

TEST_F(NetlinkTroubleTest, ADumpAfterABatchOfFailuresIsClean) {
  std::vector<Operation> operations;
  apply_all(sample_state());
  for (unsigned i = 0; i < 1'000; ++i) {
    operations.push_back({Verb::put, peer_route(i)});
    std::get<Route>(operations.back().object).onlink = false;
  }
  for (const auto& result : apply(operations)) EXPECT_FALSE(result);
  EXPECT_EQ(own(), sample_state());
}

}  // namespace

}  // namespace weft::test
