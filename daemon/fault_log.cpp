#include "daemon/fault_log.h"

#include <algorithm>
#include <utility>

namespace weft {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds kOtherText{10};
constexpr std::chrono::minutes kSameText{5};
constexpr std::chrono::minutes kForget{30};
constexpr std::size_t kMostTexts = 32;

}  // namespace

bool FaultLog::is_news(const std::string& message, TimePoint now) const {
  const auto before = texts_.find(message);
  if (before == texts_.end()) return !told_ || now - told_at_ >= kOtherText;
  const std::chrono::minutes pause = told_ ? kSameText : std::min(kSameText, before->second.times * 1min);
  return now - before->second.at >= pause;
}

std::optional<std::uint64_t> FaultLog::failed(const std::string& message, TimePoint now) {
  ++count_;
  std::erase_if(texts_, [now](const auto& text) { return now - text.second.at >= kForget; });
  if (!is_news(message, now)) return std::nullopt;
  if (texts_.size() >= kMostTexts) texts_.clear();
  Told& told = texts_[message];
  told.at = now;
  ++told.times;
  told_at_ = now;
  told_ = true;
  return count_;
}

std::optional<std::uint64_t> FaultLog::recovered() {
  const std::uint64_t count = std::exchange(count_, 0);
  return std::exchange(told_, false) ? std::optional(count) : std::nullopt;
}

}  // namespace weft
