#include "daemon/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace weft {
namespace {

struct Log {
  std::shared_ptr<spdlog::logger> logger;
  LogFormat format = LogFormat::text;
};

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::shared_ptr<spdlog::logger> make_logger() {
  auto logger = std::make_shared<spdlog::logger>("weftd", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%v");  // render_log_record writes the whole line
  logger->flush_on(spdlog::level::debug);
  return logger;
}

Log& state() {
  static Log log{make_logger()};
  return log;
}

}  // namespace

void configure_log(const LogOptions& options) {
  state().format = options.format;
  state().logger->set_level(level_of(options.level));
}

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  const Log& log = state();
  if (!log.logger->should_log(level_of(level))) return;
  const std::string line = render_log_record(log.format, level, std::chrono::system_clock::now(), message, fields);
  log.logger->log(level_of(level), "{}", line);
}

}  // namespace weft
