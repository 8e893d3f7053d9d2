// How long to wait before the next attempt: doubling, with a random part, forgotten after a time of health.
//
// Pure; time and randomness are arguments. Each wait is uniform in [x/2, x] for x = first, 2·first, … up to a cap
// that the caller names each time, since it depends on what went wrong.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

namespace weft {

using TimePoint = std::chrono::steady_clock::time_point;
// 64 uniform random bits a call.
using RandomSource = std::function<std::uint64_t()>;

// Uniform in [low, high].
[[nodiscard]] std::chrono::milliseconds random_between(std::chrono::milliseconds low, std::chrono::milliseconds high,
                                                       const RandomSource& random);

class Backoff {
 public:
  static constexpr std::chrono::milliseconds kFirst{800};
  static constexpr std::chrono::minutes kHealthy{2};

  explicit Backoff(RandomSource random, std::chrono::milliseconds first = kFirst,
                   std::chrono::milliseconds healthy = kHealthy)
      : random_(std::move(random)), first_(first), healthy_(healthy), next_(first) {}

  // The wait after a failure at `now`. A server's Retry-After (`at_least`) is a lower bound, with up to as much
  // again added at random, so that a thousand clients do not come back in the same second.
  [[nodiscard]] std::chrono::milliseconds fail(TimePoint now, std::chrono::milliseconds cap,
                                               std::chrono::milliseconds at_least = {});

 private:
  RandomSource random_;
  std::chrono::milliseconds first_;
  std::chrono::milliseconds healthy_;
  std::chrono::milliseconds next_;
  std::optional<TimePoint> waited_until_;  // end of the last wait
};

}  // namespace weft
