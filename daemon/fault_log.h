// Which of many equal failures are worth a line in the log.
//
// The first, one whose text is new (at most every ten seconds), then each text every five minutes with the count; and
// one line when it is over. What comes and goes is told ever less often: a text that was told before comes again a
// minute later at the earliest, then two, up to five. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace weft {

class FaultLog {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Set when this failure is to be logged: how many there were since it began, this one included.
  [[nodiscard]] std::optional<std::uint64_t> failed(const std::string& message, TimePoint now);
  // Set when a failure is over that was logged before: how many there were.
  [[nodiscard]] std::optional<std::uint64_t> recovered();

  [[nodiscard]] bool failing() const { return count_ != 0; }

 private:
  struct Told {
    TimePoint at;
    unsigned times = 0;
  };
  [[nodiscard]] bool is_news(const std::string& message, TimePoint now) const;

  std::uint64_t count_ = 0;
  bool told_ = false;                  // of this failure, since it began
  TimePoint told_at_{};                // the last line
  std::map<std::string, Told> texts_;  // of the last half hour, also from before a recovery
};

}  // namespace weft
