// The lease protocol's requests carried out over the Kubernetes client.
//
// Each request is answered once, by the input the protocol expects, later and on the client's thread; none after
// this is destroyed.
#pragma once

#include "subnet/annotation_keys.h"
#include "subnet/kube_client.h"
#include "subnet/lease_actions.h"
#include "subnet/lease_inputs.h"
#include "subnet/node_resource.h"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace weft {

template <class Resource>
class ResourceList;
template <class Object>
struct ResourceListing;

// What an answer to a guarded PATCH, or to a GET or LIST, lets the protocol conclude. Pure.
[[nodiscard]] lease_input::PatchOutcome patch_outcome(const ApiError& error);
[[nodiscard]] lease_input::ReadOutcome read_outcome(const ApiError& error);

class LeaseRequests {
 public:
  using Answer = std::function<void(LeaseInput)>;

  // `client` must outlive the requests.
  LeaseRequests(KubeClient& client, std::string node, NodeResource resource, AnnotationKeys keys, Answer answer);
  ~LeaseRequests();
  LeaseRequests(const LeaseRequests&) = delete;
  LeaseRequests& operator=(const LeaseRequests&) = delete;

  void perform(const lease_action::GetOwnNode& get);
  void perform(const lease_action::ListNodes& list);
  void perform(const lease_action::PatchOwnNode& patch);

 private:
  // The record in the body of a GET or PATCH answer.
  [[nodiscard]] Result<NodeRecord> record_of(const std::string& body) const;
  void listed(LeaseRequestId id, const ApiResult<ResourceListing<RawNode>>& listing);
  void got(LeaseRequestId id, const ApiResult<KubeResponse>& response);
  void patched(LeaseRequestId id, const ApiResult<KubeResponse>& response);
  // Calls back only while this lives.
  [[nodiscard]] KubeClient::Done guarded(void (LeaseRequests::*then)(LeaseRequestId, const ApiResult<KubeResponse>&),
                                         LeaseRequestId id);

  KubeClient& client_;
  std::string node_;
  NodeResource resource_;
  AnnotationKeys keys_;
  Answer answer_;
  std::map<LeaseRequestId, std::unique_ptr<ResourceList<NodeResource>>> lists_;
  std::shared_ptr<LeaseRequests*> alive_;
};

}  // namespace weft
