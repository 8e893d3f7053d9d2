// One line of the log as text: pure, so that its form is tested.
#pragma once

#include "daemon/log_options.h"

#include <chrono>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace weft {

struct LogField {
  std::string_view key;  // a literal, [a-z0-9_]
  std::string value;
};

[[nodiscard]] std::string_view to_string(LogLevel level);  // "debug", "info", "warning", "error"

// text: ts=2026-11-25T04:28:11.123Z level=info msg="lease held" subnet=10.244.7.0/24
// json: {"ts":"…","level":"info","msg":"lease held","subnet":"10.244.7.0/24"}
// Always one line of printable text: control characters and broken UTF-8 are escaped, values cut at 4,096 bytes.
[[nodiscard]] std::string render_log_record(LogFormat format, LogLevel level,
                                            std::chrono::system_clock::time_point time, std::string_view message,
                                            std::span<const LogField> fields);

}  // namespace weft
