#include "subnet/ledger/address_pool.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

AddressPool pool_of(std::string_view subnet) { return AddressPool::of(IpPrefix::parse(subnet).value()).value(); }

TEST(AddressPool, LeavesOutNetworkFirstAndBroadcastAddress) {
  const AddressPool pool = pool_of("10.244.7.0/24");
  EXPECT_EQ(pool.size(), 253U);
  EXPECT_EQ(pool.at(0).to_string(), "10.244.7.2");
  EXPECT_EQ(pool.at(252).to_string(), "10.244.7.254");
}

TEST(AddressPool, OfIpv6HasNoBroadcastAddress) {
  const AddressPool pool = pool_of("fd00::/120");
  EXPECT_EQ(pool.size(), 254U);
  EXPECT_EQ(pool.at(0).to_string(), "fd00::2");
  EXPECT_EQ(pool.at(253).to_string(), "fd00::ff");
}

TEST(AddressPool, OfALargeIpv6SubnetIsItsBeginning) {
  const AddressPool pool = pool_of("fd00:10:244:7::/64");
  EXPECT_EQ(pool.size(), std::uint64_t{1} << 32U);
  EXPECT_EQ(pool.at(pool.size() - 1).to_string(), "fd00:10:244:7:0:1:0:1");
  EXPECT_EQ(pool_of("::/0").size(), std::uint64_t{1} << 32U);
}

TEST(AddressPool, FindsTheNumberOfAnAddress) {
  const AddressPool pool = pool_of("10.244.7.0/24");
  EXPECT_EQ(pool.index_of(IpAddress::parse("10.244.7.2").value()), 0U);
  EXPECT_EQ(pool.index_of(IpAddress::parse("10.244.7.254").value()), 252U);
  for (const char* outside : {"10.244.7.0", "10.244.7.1", "10.244.7.255", "10.244.8.2", "fd00::2"}) {
    EXPECT_EQ(pool.index_of(IpAddress::parse(outside).value()), std::nullopt) << outside;
  }
}

TEST(AddressPool, TellsWhyAPodMayNotHaveAnAddress) {
  const auto why = [](std::string_view subnet, const char* address) {
    const auto may = pool_of(subnet).check(IpAddress::parse(address).value());
    return may ? std::string() : may.error().message;
  };
  const char* v4 = "10.244.7.0/24";
  EXPECT_EQ(why(v4, "10.244.8.2"), "it is outside this node's subnet 10.244.7.0/24: ask for one of that");
  EXPECT_EQ(why(v4, "10.244.7.0"),
            "it is the network's own address in this node's subnet 10.244.7.0/24: ask for another");
  EXPECT_EQ(why(v4, "10.244.7.1"), "it is the gateway's address in this node's subnet 10.244.7.0/24: ask for another");
  EXPECT_NE(why(v4, "10.244.7.255"), "");
  EXPECT_NE(why("fd00::/64", "fd00::1"), "");
  EXPECT_NE(why("fd00::/64", "10.244.7.2"), "");
  for (const char* may : {"10.244.7.2", "10.244.7.254"}) EXPECT_EQ(why(v4, may), "");
  EXPECT_EQ(why("fd00::/64", "fd00::ffff:ffff:ffff:ffff"), "") << "beyond those that are given out";
}

TEST(AddressPool, TellsWhichFamiliesTheyAreOf) {
  const std::vector<AddressPool> pools = {pool_of("10.244.7.0/24")};
  EXPECT_TRUE(has_family(pools, Family::v4));
  EXPECT_FALSE(has_family(pools, Family::v6));
  EXPECT_FALSE(has_family({}, Family::v4));
}

TEST(AddressPool, RefusesSubnetsWithoutRoom) {
  EXPECT_EQ(pool_of("10.0.0.0/30").size(), 1U);
  EXPECT_EQ(pool_of("fd00::/126").size(), 2U);
  for (const char* small : {"10.0.0.0/31", "10.0.0.1/32", "fd00::/127", "fd00::1/128"}) {
    const auto pool = AddressPool::of(IpPrefix::parse(small).value());
    ASSERT_FALSE(pool) << small;
    EXPECT_NE(pool.error().message.find(small), std::string::npos);
  }
}

}  // namespace
}  // namespace weft
