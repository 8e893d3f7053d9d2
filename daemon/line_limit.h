// One line in the log for what may happen many times a second. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace weft {

class LineLimit {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Set when it is to be told: the first time, and then once a minute; how often it has happened since the last line.
  [[nodiscard]] std::optional<std::uint64_t> happened(TimePoint now) {
    ++count_;
    if (told_at_ && now - *told_at_ < std::chrono::minutes(1)) return std::nullopt;
    told_at_ = now;
    return std::exchange(count_, 0);
  }

 private:
  std::uint64_t count_ = 0;
  std::optional<TimePoint> told_at_;
};

}  // namespace weft
