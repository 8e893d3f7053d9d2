#include "daemon/fault_log.h"

#include <utility>

namespace weft {
namespace {

constexpr std::chrono::seconds kOtherText{10};
constexpr std::chrono::minutes kSameText{5};

}  // namespace

std::optional<std::uint64_t> FaultLog::failed(std::string_view message, TimePoint now) {
  ++count_;
  const auto pause = message == logged_ ? std::chrono::seconds(kSameText) : kOtherText;
  if (count_ > 1 && now - logged_at_ < pause) return std::nullopt;
  logged_ = message;
  logged_at_ = now;
  return count_;
}

std::optional<std::uint64_t> FaultLog::recovered() {
  const std::uint64_t count = std::exchange(count_, 0);
  logged_.clear();
  return count == 0 ? std::nullopt : std::optional(count);
}

}  // namespace weft
