// What the node itself looks like, as the kernel tells it.
#include "test/contract/netlink_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include <linux/rtnetlink.h>

namespace weft::test {

namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class NetlinkFactsTest : public NetlinkFixture {
 protected:
  NodeFacts facts() {
    auto read = kernel().read_facts();
    EXPECT_TRUE(read) << read.error().message;
    return read ? *std::move(read) : NodeFacts{};
  }
};

TEST_F(NetlinkFactsTest, InterfacesAreSortedAndComplete) {
  other().add_vxlan("flannel.1", 7, 4789, "up0");
  const auto seen = facts().interfaces;
  EXPECT_TRUE(std::ranges::is_sorted(seen, {}, &Interface::name));
  EXPECT_THAT(seen, Contains(Interface{.name = "up0", .mtu = 1500, .up = true}));
  EXPECT_THAT(seen, Contains(Interface{.name = "lo", .mtu = 65536, .up = true, .loopback = true}));
  EXPECT_THAT(seen, Contains(Interface{.name = "flannel.1", .mtu = 1450, .up = true, .vni = 7, .vxlan_port = 4789}));
}

TEST_F(NetlinkFactsTest, AddressesComePrimaryFirst) {
  other().add_address("up0", "192.0.2.9/24");
  other().add_address("up0", "198.51.100.1/25");
  std::vector<std::string> seen;
  for (const auto& entry : facts().addresses) {
    if (entry.link == "up0" && entry.address.is_v4()) {
      seen.push_back(entry.address.to_string() + "/" + std::to_string(entry.length));
      EXPECT_FALSE(entry.dynamic || entry.temporary || entry.deprecated);  // "secondary" is not "temporary"
    }
  }
  EXPECT_EQ(std::ranges::count(seen, "192.0.2.1/24"), 1);
  EXPECT_LT(std::ranges::find(seen, "192.0.2.1/24"), std::ranges::find(seen, "192.0.2.9/24"));
  EXPECT_THAT(seen, Contains("198.51.100.1/25"));
}

TEST_F(NetlinkFactsTest, DefaultRoutesComeCheapestFirst) {
  other().add_veth("up1");
  other().add_address("up1", "198.51.100.1/24");
  other().add_route({prefix("0.0.0.0/0"), 200, "up0", address("192.0.2.254"), false}, RTPROT_DHCP);
  other().add_route({prefix("0.0.0.0/0"), 100, "up1", address("198.51.100.254"), false}, RTPROT_DHCP);
  other().add_route({prefix("::/0"), 1024, "up0", address("2001:db8::fe"), false}, RTPROT_RA);
  other().add_route({prefix("10.0.0.0/8"), 0, "up0", address("192.0.2.254"), false}, RTPROT_STATIC);
  EXPECT_THAT(facts().default_routes, ElementsAre(DefaultRoute{Family::v4, "up1", address("198.51.100.254"), 100},
                                                  DefaultRoute{Family::v4, "up0", address("192.0.2.254"), 200},
                                                  DefaultRoute{Family::v6, "up0", address("2001:db8::fe"), 1024}));
}

TEST_F(NetlinkFactsTest, TheDeviceTowardsAnAddressIsTheKernelsChoice) {
  other().add_veth("up1");
  other().add_address("up1", "198.51.100.1/24");
  EXPECT_EQ(kernel().device_towards(address("192.0.2.77")), "up0");
  EXPECT_EQ(kernel().device_towards(address("198.51.100.77")), "up1");
  EXPECT_EQ(kernel().device_towards(address("2001:db8::77")), "up0");
  const auto nowhere = kernel().device_towards(address("203.0.113.1"));
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ENETUNREACH);
  EXPECT_THAT(nowhere.error().message, HasSubstr("203.0.113.1"));
}

}  // namespace

}  // namespace weft::test
