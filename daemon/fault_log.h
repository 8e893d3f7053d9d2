// Which of many equal failures are worth a line in the log.
//
// The first, one whose text is new (at most every ten seconds), then one every five minutes with the count; and
// one line when it is over. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

class FaultLog {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Set when this failure is to be logged: how many there were since it began, this one included.
  [[nodiscard]] std::optional<std::uint64_t> failed(std::string_view message, TimePoint now);
  // Set when a failure is over that was logged before: how many there were.
  [[nodiscard]] std::optional<std::uint64_t> recovered();

  [[nodiscard]] bool failing() const { return count_ != 0; }

 private:
  std::uint64_t count_ = 0;
  std::string logged_;
  TimePoint logged_at_{};
};

}  // namespace weft
