#include "subnet/mac_address.h"

#include "test/support/arbitrary.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weft {
namespace {

RC_GTEST_PROP(MacAddress, TextRoundTrips, (const MacAddress& mac)) {
  RC_ASSERT(MacAddress::parse(mac.to_string()).value() == mac);
}

RC_GTEST_PROP(MacAddress, LocallyAdministeredIsUnicastAndLocal, (std::uint64_t random)) {
  const auto mac = MacAddress::locally_administered(random);
  RC_ASSERT(mac.is_unicast());
  RC_ASSERT((mac.bytes()[0] & 2U) != 0);
}

TEST(MacAddress, RefusesWhatIsNone) {
  for (const char* text :
       {"", "0a:58:00:00:00", "0a-58-00-00-00-01", "0a:58:00:00:00:0g", "0a:58:00:00:00:01:", "+a:58:00:00:00:01"})
    EXPECT_FALSE(MacAddress::parse(text)) << text;
}

TEST(MacAddress, ZeroAndGroupAreNoUnicast) {
  EXPECT_FALSE(MacAddress().is_unicast());
  EXPECT_FALSE(MacAddress::parse("01:00:5e:00:00:01")->is_unicast());
  EXPECT_TRUE(MacAddress::parse("0A:58:00:00:00:01")->is_unicast());
}

}  // namespace
}  // namespace weft
