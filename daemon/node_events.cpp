#include "daemon/node_events.h"

#include "subnet/json_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace weft {
namespace {

constexpr std::size_t kMessageLimit = 1024;  // core/v1 validation of an event's note
constexpr std::chrono::minutes kNoRepeat{10};
constexpr std::chrono::minutes kRefill{1};

}  // namespace

std::string rfc3339(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::string node_event_body(const NodeEventText& event, const NodeEventOrigin& origin) {
  const std::string uid = origin.uid.empty() ? origin.node : origin.uid;
  const nlohmann::json body{
      {"apiVersion", "v1"},
      {"kind", "Event"},
      {"metadata", {{"name", fmt::format("{}.{:016x}", origin.node, origin.nonce)}, {"namespace", "default"}}},
      {"involvedObject", {{"apiVersion", "v1"}, {"kind", "Node"}, {"name", origin.node}, {"uid", uid}}},
      {"reason", event.reason},
      {"message", event.message.substr(0, kMessageLimit)},
      {"type", event.warning ? "Warning" : "Normal"},
      {"source", {{"component", "weftd"}, {"host", origin.node}}},
      {"reportingComponent", "weftd"},
      {"reportingInstance", origin.node},
      {"firstTimestamp", origin.time},
      {"lastTimestamp", origin.time},
      {"count", 1}};
  return json_text(body);
}

bool NodeEventLimit::admit(const NodeEventText& event, TimePoint now) {
  std::erase_if(posted_, [now](const auto& entry) { return now - entry.second >= kNoRepeat; });
  const double refill = refilled_ == TimePoint{} ? kBurst : std::chrono::duration<double>(now - refilled_) / kRefill;
  tokens_ = std::min(kBurst, tokens_ + refill);
  refilled_ = now;
  const std::string key = event.reason + "\n" + event.message;
  if (tokens_ < 1 || posted_.contains(key)) return false;
  tokens_ -= 1;
  posted_.emplace(key, now);
  return true;
}

}  // namespace weft
