#include "subnet/ip_prefix.h"

#include "test/support/arbitrary.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weft {
namespace {

IpPrefix prefix(const char* text) { return IpPrefix::parse(text).value(); }

RC_GTEST_PROP(IpPrefix, TextRoundTrips, (const IpPrefix& block)) {
  RC_ASSERT(IpPrefix::parse(block.to_string()).value() == block);
}

RC_GTEST_PROP(IpPrefix, ContainsItsFirstAndLastAddressAndNothingAround, (const IpPrefix& block)) {
  RC_ASSERT(block.contains(block.address()));
  RC_ASSERT(block.contains(block.last()));
  RC_ASSERT(IpPrefix::containing(block.last(), block.length()) == block);
}

RC_GTEST_PROP(IpPrefix, OverlapIsMutualAndMeansContainment, (const IpPrefix& a, const IpPrefix& b)) {
  RC_ASSERT(a.overlaps(b) == b.overlaps(a));
  RC_ASSERT(a.overlaps(b) == (a.contains(b) || b.contains(a)));
  RC_ASSERT(a.family() == b.family() || !a.overlaps(b));
}

RC_GTEST_PROP(IpPrefix, BlocksTileTheWhole, (const IpPrefix& whole)) {
  const unsigned longest = std::min(address_bits(whole.family()), whole.length() + 62);
  const auto length = *rc::gen::inRange(whole.length(), longest + 1);
  const auto index = *rc::gen::inRange<std::uint64_t>(0, whole.block_count(length));
  const auto block = whole.block(length, index);
  RC_ASSERT(whole.contains(block));
  RC_ASSERT(block.length() == length);
  RC_ASSERT(whole.index_of(block) == index);
}

TEST(IpPrefix, WorksAtTheEdges) {
  EXPECT_TRUE(prefix("0.0.0.0/0").contains(prefix("255.255.255.255/32")));
  EXPECT_TRUE(prefix("::/0").contains(prefix("ffff:ffff::/128")));
  EXPECT_FALSE(prefix("0.0.0.0/0").contains(prefix("::/0")));
  EXPECT_EQ(prefix("::/0").last().to_string(), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  EXPECT_EQ(prefix("::/0").block_count(128), std::uint64_t{1} << 63);
  EXPECT_EQ(prefix("10.0.0.1/32").host(0), IpAddress::parse("10.0.0.1").value());
  EXPECT_EQ(prefix("10.0.0.1/32").host(1), std::nullopt);
  EXPECT_EQ(prefix("10.0.0.0/24").host(255)->to_string(), "10.0.0.255");
  EXPECT_EQ(prefix("10.0.0.0/24").index_of(prefix("10.0.1.0/26")), std::nullopt);
}

TEST(IpPrefix, NamesTheCanonicalForm) {
  EXPECT_NE(IpPrefix::parse("10.244.7.1/24").error().message.find("10.244.7.0/24"), std::string::npos);
}

TEST(IpPrefix, RefusesWhatIsNoPrefix) {
  for (const char* text : {"", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8 ",
                           "::/129", "x/8", "10.0.0.0/8/8"})
    EXPECT_FALSE(IpPrefix::parse(text)) << text;
}

}  // namespace
}  // namespace weft
