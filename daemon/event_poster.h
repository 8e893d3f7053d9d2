// Posts events on the own Node: rate limited, best effort, never retried.
#pragma once

#include "daemon/node_events.h"
#include "subnet/backoff.h"
#include "subnet/kube_client.h"

#include <functional>
#include <string>

namespace weft {

class EventPoster {
 public:
  // `client` must outlive the poster. `posted` is called with each outcome; the first failure explains itself.
  EventPoster(KubeClient& client, std::string node, RandomSource random,
              std::function<void(const ApiResult<KubeResponse>&)> posted);

  // Threading: the client's thread.
  void post(const NodeEventText& event, const std::string& node_uid);

 private:
  KubeClient& client_;
  std::string node_;
  RandomSource random_;
  std::function<void(const ApiResult<KubeResponse>&)> posted_;
  NodeEventLimit limit_;
};

}  // namespace weft
