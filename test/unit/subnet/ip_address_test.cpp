#include "subnet/ip_address.h"

#include "test/support/arbitrary.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weft {
namespace {

IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }

RC_GTEST_PROP(IpAddress, TextRoundTrips, (const IpAddress& address)) {
  RC_ASSERT(IpAddress::parse(address.to_string()).value() == address);
}

RC_GTEST_PROP(IpAddress, BytesRoundTrip, (const IpAddress& address)) {
  RC_ASSERT(IpAddress::from_bytes(address.bytes()) == address);
}

TEST(IpAddress, NumbersRoundTrip) {
  EXPECT_EQ(IpAddress::from_v4(0x0af40701), ip("10.244.7.1"));
  EXPECT_EQ(ip("10.244.7.1").to_v4(), 0x0af40701U);
}

TEST(IpAddress, PrintsTheShortestIPv6) {
  EXPECT_EQ(ip("2001:0DB8:0:0:1:0:0:1").to_string(), "2001:db8::1:0:0:1");
  EXPECT_EQ(ip("fd00:10:244:7:0:0:0:0").to_string(), "fd00:10:244:7::");
}

TEST(IpAddress, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "10.1.2", "10.1.2.3.4", "10.1.2.256", " 10.1.2.3", "10.1.2.3/24", "fe80::1%eth0", "::g",
                           "1234:1234:1234:1234:1234:1234:1234:1234:1234:1234"}) {
    const auto parsed = IpAddress::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().message.find(std::string_view(text).substr(0, 64)), std::string::npos);
  }
}

TEST(IpAddress, ANulInsideIsNoEnd) {
  EXPECT_FALSE(IpAddress::parse(std::string_view("10.0.0.1\0", 9)));
  EXPECT_FALSE(IpAddress::parse(std::string_view("::1\0.2.3.4", 10)));
}

// RFC 5952 sections 4.2.2 and 4.2.3.
TEST(IpAddress, ShortensAsTheRfcSays) {
  EXPECT_EQ(ip("2001:db8:0:1:1:1:1:1").to_string(), "2001:db8:0:1:1:1:1:1") << "one zero field is not shortened";
  EXPECT_EQ(ip("2001:0:0:1:0:0:0:1").to_string(), "2001:0:0:1::1") << "the longest run";
  EXPECT_EQ(ip("2001:db8:0:0:1:0:0:1").to_string(), "2001:db8::1:0:0:1") << "the first of equal runs";
  EXPECT_EQ(ip("::ffff:c000:201").to_string(), "::ffff:192.0.2.1");
  EXPECT_FALSE(ip("::ffff:192.0.2.1").is_v4());
}

TEST(IpAddress, KnowsItsKind) {
  for (const char* text : {"0.0.0.0", "127.0.0.1", "224.0.0.1", "169.254.1.1", "255.255.255.255", "0.1.2.3",
                           "::", "::1", "ff02::1", "fe80::1"})
    EXPECT_FALSE(ip(text).is_global_unicast()) << text;
  for (const char* text : {"10.0.0.1", "192.0.2.1", "223.255.255.255", "2001:db8::1", "fd00::1"})
    EXPECT_TRUE(ip(text).is_global_unicast()) << text;
}

TEST(IpAddress, IPv4SortsFirst) { EXPECT_LT(ip("255.255.255.255"), ip("::")); }

}  // namespace
}  // namespace weft
