// Asks the cluster which nodes hold subnets and have long been NotReady.
//
// Threading: the client's thread. One list at a time; who asks meanwhile gets the answer of that.
#pragma once

#include "subnet/node_readiness.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weft {

class KubeClient;
template <class Resource>
class ResourceList;

class SilentHolders {
 public:
  // As describe_silent_holders(); empty also when the list cannot be had.
  using Answer = std::function<void(const std::string& names)>;

  // `client` and `nodes` must outlive it.
  SilentHolders(KubeClient& client, const LeaseSet& nodes, std::string self);
  ~SilentHolders();
  SilentHolders(const SilentHolders&) = delete;
  SilentHolders& operator=(const SilentHolders&) = delete;

  void ask(Answer answer);

 private:
  void answer_all(const std::string& names);

  KubeClient& client_;
  const LeaseSet& nodes_;
  std::string self_;
  std::vector<Answer> waiting_;
  std::unique_ptr<ResourceList<NodeReadinessResource>> list_;
};

}  // namespace weft
