// The program runs where it will run: in the kernel, on a socket pair, which needs no privilege.
#include "backend/monitor_filter.h"

#include "subnet/unique_fd.h"
#include "test/unit/backend/netlink/netlink_builder.h"

#include <gtest/gtest.h>

#include <array>

#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace weft::test {

namespace {

constexpr std::uint32_t kOwnPort = 0x12345678;
constexpr std::uint32_t kOtherPort = 0x12345679;
constexpr int kOwnLinks[] = {5, 0x01020304};

class MonitorFilterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()), 0);
    from_ = UniqueFd(ends[0]);
    to_ = UniqueFd(ends[1]);
    attach(monitor_filter(kOwnPort, kOwnLinks));
  }

  void attach(std::vector<sock_filter> code) const {
    const sock_fprog program{.len = static_cast<unsigned short>(code.size()), .filter = code.data()};
    ASSERT_EQ(::setsockopt(to_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
  }

  bool passes(const RawMessage& message) const {
    (void)::send(from_.get(), message.bytes().data(), message.bytes().size(), 0);
    std::array<char, 4096> buffer{};
    const auto length = ::recv(to_.get(), buffer.data(), buffer.size(), 0);
    return length == static_cast<ssize_t>(message.bytes().size());
  }

  UniqueFd from_;
  UniqueFd to_;
};

struct RouteParts {
  std::uint8_t family = AF_INET;
  std::uint8_t length = 24;
  std::uint8_t table = RT_TABLE_MAIN;
  std::uint8_t protocol = RTPROT_STATIC;
  std::uint32_t port = kOtherPort;
};

RawMessage route(const RouteParts& parts, std::uint16_t type = RTM_NEWROUTE) {
  rtmsg header{};
  header.rtm_family = parts.family;
  header.rtm_dst_len = parts.length;
  header.rtm_table = parts.table;
  header.rtm_protocol = parts.protocol;
  return RawMessage(type, raw(header), 0, 0, parts.port);
}

RawMessage neighbour(std::uint16_t type, std::uint8_t family, int link, std::uint32_t port = 0) {
  ndmsg header{};
  header.ndm_family = family;
  header.ndm_ifindex = link;
  return RawMessage(type, raw(header), 0, 0, port);
}

TEST_F(MonitorFilterTest, OthersRoutesOfTheMainTablePass) {
  EXPECT_TRUE(passes(route({})));
  EXPECT_TRUE(passes(route({}, RTM_DELROUTE)));
  EXPECT_TRUE(passes(route({.family = AF_INET6, .length = 64})));
  EXPECT_TRUE(passes(route({.length = 0})));
}

TEST_F(MonitorFilterTest, OurOwnRequestsDoNot) {
  EXPECT_FALSE(passes(route({.port = kOwnPort})));
  EXPECT_FALSE(passes(route({.protocol = 87, .port = kOwnPort}, RTM_DELROUTE)));
  EXPECT_FALSE(passes(neighbour(RTM_NEWNEIGH, AF_INET, 5, kOwnPort)));
  EXPECT_FALSE(passes(RawMessage(RTM_NEWADDR, Bytes(8), 0, 0, kOwnPort)));
}

TEST_F(MonitorFilterTest, LinksAlwaysPass) {
  EXPECT_TRUE(passes(RawMessage(RTM_NEWLINK, Bytes(16), 0, 0, kOwnPort)));
  EXPECT_TRUE(passes(RawMessage(RTM_DELLINK, Bytes(16), 0, 0, kOtherPort)));
}

TEST_F(MonitorFilterTest, OtherTablesDoNot) {
  EXPECT_FALSE(passes(route({.table = RT_TABLE_LOCAL})));
  EXPECT_FALSE(passes(route({.table = RT_TABLE_COMPAT})));
}

TEST_F(MonitorFilterTest, HostRoutesDoNotUnlessTheyAreOurs) {
  EXPECT_FALSE(passes(route({.length = 32})));
  EXPECT_FALSE(passes(route({.family = AF_INET6, .length = 128})));
  EXPECT_TRUE(passes(route({.family = AF_INET6, .length = 32})));
  EXPECT_TRUE(passes(route({.length = 32, .protocol = 87}, RTM_DELROUTE)));
}

TEST_F(MonitorFilterTest, NeighboursPassOnOurDevicesOnly) {
  for (const int link : kOwnLinks) {
    EXPECT_TRUE(passes(neighbour(RTM_NEWNEIGH, AF_INET, link)));
    EXPECT_TRUE(passes(neighbour(RTM_DELNEIGH, AF_INET6, link)));
    EXPECT_TRUE(passes(neighbour(RTM_DELNEIGH, AF_BRIDGE, link)));
  }
  for (const int link : {0, 6, 0x04030201}) {
    EXPECT_FALSE(passes(neighbour(RTM_NEWNEIGH, AF_INET, link)));
    EXPECT_FALSE(passes(neighbour(RTM_DELNEIGH, AF_BRIDGE, link)));
  }
}

TEST_F(MonitorFilterTest, NewFdbEntriesDoNotPass) { EXPECT_FALSE(passes(neighbour(RTM_NEWNEIGH, AF_BRIDGE, 5))); }

TEST_F(MonitorFilterTest, WithoutDevicesNoNeighbourPasses) {
  attach(monitor_filter(kOwnPort, {}));
  EXPECT_FALSE(passes(neighbour(RTM_NEWNEIGH, AF_INET, 0)));
  EXPECT_TRUE(passes(route({})));
}

}  // namespace

}  // namespace weft::test
