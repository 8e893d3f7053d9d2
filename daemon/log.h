// The daemon's log: one line a change, to stderr.
//
// Only daemon/ logs; libraries return errors. Threading: any thread. Secrets are never given to it.
#pragma once

#include "daemon/log_record.h"

#include <initializer_list>
#include <string_view>

namespace weft {

// Once, before the other threads start. Until then: text, info.
void configure_log(const LogOptions& options);

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

inline void log_debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::debug, message, fields);
}
inline void log_info(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::info, message, fields);
}
inline void log_warning(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::warning, message, fields);
}
inline void log_error(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::error, message, fields);
}

}  // namespace weft
