// Any text as net-conf.json: an error, or a configuration whose blocks lie in their network.
#include "subnet/network_config.h"

#include <cstdlib>
#include <string_view>

namespace {

void check(const std::optional<weft::FamilyConfig>& family) {
  if (!family) return;
  const bool good = family->network.contains(family->subnet_min) && family->network.contains(family->subnet_max) &&
                    family->subnet_min <= family->subnet_max && family->subnet_min.length() == family->subnet_length &&
                    family->subnet_max.length() == family->subnet_length &&
                    family->subnet_length > family->network.length();
  if (!good) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = weft::parse_network_config({reinterpret_cast<const char*>(data), size});
  if (!parsed) return 0;
  if (!parsed->config.v4 && !parsed->config.v6) std::abort();
  check(parsed->config.v4);
  check(parsed->config.v6);
  return 0;
}
