// How much is logged, and in which form.
#pragma once

#include <cstdint>

namespace weft {

enum class LogLevel : std::uint8_t { debug, info, warning, error };
enum class LogFormat : std::uint8_t { text, json };

struct LogOptions {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::text;
};

}  // namespace weft
