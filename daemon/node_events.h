// Events on the own Node, for `kubectl describe node`: best effort and few.
//
// Pure apart from the sink it calls: the rate limit takes `now`. A message that was posted within the last ten
// minutes is not repeated, and over time there is at most one a minute, five at once.
// Threading: the reactor.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace weft {

struct NodeEventText {
  std::string reason;  // "SubnetLeased"
  std::string message;
  bool warning = false;
};

struct NodeEventOrigin {
  std::string node;
  std::string uid;          // of the Node; empty: its name stands in, as kubelet does
  std::string time;         // RFC 3339 in UTC
  std::uint64_t nonce = 0;  // makes the event's name unique
};

// The body of a POST to /api/v1/namespaces/default/events.
[[nodiscard]] std::string node_event_body(const NodeEventText& event, const NodeEventOrigin& origin);

class NodeEventLimit {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  [[nodiscard]] bool admit(const NodeEventText& event, TimePoint now);

 private:
  double tokens_ = kBurst;
  TimePoint refilled_{};
  std::map<std::string, TimePoint, std::less<>> posted_;

  static constexpr double kBurst = 5;
};

// "2026-01-31T12:00:00Z"
[[nodiscard]] std::string rfc3339(std::chrono::system_clock::time_point time);

}  // namespace weft
