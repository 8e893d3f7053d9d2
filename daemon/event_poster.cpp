#include "daemon/event_poster.h"

#include "subnet/kube_request.h"

#include <chrono>
#include <utility>

namespace weft {

EventPoster::EventPoster(KubeClient& client, std::string node, RandomSource random,
                         std::function<void(const ApiResult<KubeResponse>&)> posted)
    : client_(client), node_(std::move(node)), random_(std::move(random)), posted_(std::move(posted)) {}

void EventPoster::post(const NodeEventText& event, const std::string& node_uid) {
  if (!limit_.admit(event, std::chrono::steady_clock::now())) return;
  const NodeEventOrigin origin{
      .node = node_, .uid = node_uid, .time = rfc3339(std::chrono::system_clock::now()), .nonce = random_()};
  client_.send(create_event("default", node_event_body(event, origin)), posted_);
}

}  // namespace weft
