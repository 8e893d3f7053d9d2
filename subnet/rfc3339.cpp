#include "subnet/rfc3339.h"

#include <algorithm>

namespace weft {
namespace {

// `count` digits at `at`, moving on; -1 when they are not there.
int take_digits(std::string_view text, std::size_t& at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const char c = text[at + i];
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  at += count;
  return number;
}

bool take(std::string_view text, std::size_t& at, char wanted) {
  if (at >= text.size() || text[at] != wanted) return false;
  ++at;
  return true;
}

// "Z", "+02:00"; minutes east of UTC.
std::optional<int> take_offset(std::string_view text, std::size_t& at) {
  if (take(text, at, 'Z')) return 0;
  const int sign = take(text, at, '+') ? 1 : take(text, at, '-') ? -1 : 0;
  const int hours = take_digits(text, at, 2);
  if (sign == 0 || hours < 0 || hours > 23 || !take(text, at, ':')) return std::nullopt;
  const int minutes = take_digits(text, at, 2);
  if (minutes < 0 || minutes > 59) return std::nullopt;
  return sign * (hours * 60 + minutes);
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  std::size_t at = 0;
  const int y = take_digits(text, at, 4);
  if (!take(text, at, '-')) return std::nullopt;
  const int m = take_digits(text, at, 2);
  if (!take(text, at, '-')) return std::nullopt;
  const int d = take_digits(text, at, 2);
  const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  if (y < 0 || m < 0 || d < 0 || !date.ok() || !take(text, at, 'T')) return std::nullopt;
  const int hour = take_digits(text, at, 2);
  if (!take(text, at, ':')) return std::nullopt;
  const int minute = take_digits(text, at, 2);
  if (!take(text, at, ':')) return std::nullopt;
  const int second = take_digits(text, at, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return std::nullopt;
  if (take(text, at, '.')) at = std::min(text.find_first_not_of("0123456789", at), text.size());
  const auto offset = take_offset(text, at);
  if (!offset || at != text.size()) return std::nullopt;
  return sys_days(date) + hours(hour) + minutes(minute) + seconds(second) - minutes(*offset);
}

}  // namespace weft
