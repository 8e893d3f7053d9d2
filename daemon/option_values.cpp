#include "daemon/options.h"

#include <charconv>
#include <limits>
#include <utility>

namespace weft {

Result<AdminAddress> AdminAddress::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail("\"{}\" is no ADDRESS:PORT, as 127.0.0.1:9472", text);
  std::string_view host = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return fail("\"{}\": write IPv6 as [::1]:9472", text);
  auto address = IpAddress::parse(host);
  if (!address) return fail("\"{}\" is no ADDRESS:PORT, as 127.0.0.1:9472", text);
  AdminAddress result{*address, 0};
  const auto [end, error] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), result.port);
  if (error != std::errc() || end != port_text.data() + port_text.size() || result.port == 0) {
    return fail("\"{}\": the port is not between 1 and 65535", text);
  }
  return result;
}

std::string AdminAddress::to_string() const {
  return address.is_v4() ? fmt::format("{}:{}", address.to_string(), port)
                         : fmt::format("[{}]:{}", address.to_string(), port);
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::uint32_t number = 0;  // with the largest unit, an hour, still far from overflow
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
  if (error == std::errc()) {
    for (const auto& [name, factor] : kUnits) {
      if (unit == name) return std::chrono::milliseconds(number * factor);
    }
  }
  return fail("\"{}\" is no duration, as 30s, 1500ms, 2m", text);
}

}  // namespace weft
