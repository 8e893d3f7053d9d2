#include "daemon/log_record.h"

#include <gtest/gtest.h>

#include <vector>

namespace weft {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

const system_clock::time_point kTime{milliseconds(1'795'580'891'007)};

std::string render(LogFormat format, const std::vector<LogField>& fields) {
  return render_log_record(format, LogLevel::info, kTime, "lease held", fields);
}

TEST(LogRecord, TextIsKeyValue) {
  EXPECT_EQ(
      render(LogFormat::text, {{"subnet", "10.244.7.0/24"}, {"why", "first claim"}, {"empty", ""}}),
      "ts=2026-11-25T04:28:11.007Z level=info msg=\"lease held\" subnet=10.244.7.0/24 why=\"first claim\" empty=\"\"");
}

TEST(LogRecord, JsonIsOneObject) {
  EXPECT_EQ(render(LogFormat::json, {{"subnet", "10.244.7.0/24"}}),
            R"({"ts":"2026-11-25T04:28:11.007Z","level":"info","msg":"lease held","subnet":"10.244.7.0/24"})");
}

TEST(LogRecord, NothingFromOutsideForgesALine) {
  const std::string evil = "x\nts=0 level=info msg=\"all well\"\x1b[2J\xff";
  for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
    const std::string line = render(format, {{"error", evil}});
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_EQ(line.find('\xff'), std::string::npos);
  }
}

TEST(LogRecord, LongValuesAreCut) {
  EXPECT_LT(render(LogFormat::text, {{"error", std::string(1 << 20, 'a')}}).size(), 5000U);
}

}  // namespace
}  // namespace weft
