// One consistent LIST of all full Node objects, page by page.
//
// Owns the stream of the page under way. Threading: the client's thread. `done` is called once, later; not at all
// when the lister is destroyed first. Pages of different revisions are a failure: they are no snapshot.
#pragma once

#include "subnet/annotation_keys.h"
#include "subnet/kube_client.h"
#include "subnet/lease_inputs.h"
#include "subnet/node_resource.h"

#include <functional>
#include <memory>
#include <optional>

namespace weft {

class NodeLister {
 public:
  using Done = std::function<void(lease_input::ListDone)>;

  // At exactly `exact`, or the present state by a quorum read.
  NodeLister(KubeClient& client, const NodeResource& resource, AnnotationKeys keys, std::optional<Revision> exact,
             Done done);
  ~NodeLister();
  NodeLister(const NodeLister&) = delete;
  NodeLister& operator=(const NodeLister&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft
