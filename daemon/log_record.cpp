#include "daemon/log_record.h"

#include "subnet/json_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace weft {
namespace {

constexpr std::size_t kValueLimit = 4096;

std::string timestamp(std::chrono::system_clock::time_point time) {
  const auto since = time.time_since_epoch();
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(since).count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(time)), millis);
}

// JSON's escapes in both formats: one rule to learn, and no byte from outside can forge a line.
std::string json_string(std::string_view value) {
  const nlohmann::json text(std::string(value.substr(0, kValueLimit)));
  return json_text(text);
}

bool needs_quotes(std::string_view value) {
  const auto plain = [](unsigned char c) { return c > ' ' && c != '"' && c != '=' && c != '\\' && c < 0x7f; };
  return value.empty() || value.size() > kValueLimit || !std::ranges::all_of(value, plain);
}

}  // namespace

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "error";
}

std::string render_log_record(LogFormat format, LogLevel level, std::chrono::system_clock::time_point time,
                              std::string_view message, std::span<const LogField> fields) {
  std::string line;
  if (format == LogFormat::json) {
    line = fmt::format(R"({{"ts":"{}","level":"{}","msg":{})", timestamp(time), to_string(level), json_string(message));
    for (const LogField& field : fields) line += fmt::format(R"(,"{}":{})", field.key, json_string(field.value));
    return line + "}";
  }
  line = fmt::format("ts={} level={} msg={}", timestamp(time), to_string(level), json_string(message));
  for (const LogField& field : fields) {
    line += fmt::format(" {}={}", field.key, needs_quotes(field.value) ? json_string(field.value) : field.value);
  }
  return line;
}

}  // namespace weft
