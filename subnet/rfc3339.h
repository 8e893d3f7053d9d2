// Points in time as Kubernetes writes them: RFC 3339.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace weft {

// "2026-11-25T04:19:09Z", with a fraction of a second (dropped) or an offset if need be.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_rfc3339(std::string_view text);

}  // namespace weft
