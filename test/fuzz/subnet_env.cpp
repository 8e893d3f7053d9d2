// Any text as subnet.env: an error, or what reads the same once written again.
#include "subnet/subnet_env.h"

#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto env = weft::parse_subnet_env({reinterpret_cast<const char*>(data), size});
  if (!env) return 0;
  const auto again = weft::parse_subnet_env(weft::render_subnet_env(*env));
  if (!again || *again != *env) std::abort();
  return 0;
}
