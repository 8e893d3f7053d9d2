// Short literals of Weft's values for tests; bad text aborts the test.
#pragma once

#include "subnet/ip_prefix.h"
#include "subnet/mac_address.h"

#include <string_view>

namespace weft::test {

[[nodiscard]] inline IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }
[[nodiscard]] inline IpPrefix net(std::string_view text) { return IpPrefix::parse(text).value(); }
[[nodiscard]] inline MacAddress hw(std::string_view text) { return MacAddress::parse(text).value(); }

}  // namespace weft::test
