#include "subnet/backoff.h"

#include <algorithm>

namespace weft {

using std::chrono::milliseconds;

milliseconds random_between(milliseconds low, milliseconds high, const RandomSource& random) {
  if (high <= low) return low;
  const auto span = static_cast<std::uint64_t>((high - low).count()) + 1;
  return low + milliseconds(static_cast<milliseconds::rep>(random() % span));
}

milliseconds Backoff::fail(TimePoint now, milliseconds cap, milliseconds at_least) {
  if (waited_until_ && now - *waited_until_ >= healthy_) next_ = first_;
  const milliseconds base = std::min(next_, cap);
  // Once at the cap it stays there: doubling on would only make a later, larger cap take effect at once.
  next_ = base * 2;
  milliseconds wait = random_between(base / 2, base, random_);
  if (at_least.count() > 0) wait = std::max(wait, at_least + random_between({}, at_least, random_));
  waited_until_ = now + wait;
  return wait;
}

}  // namespace weft
