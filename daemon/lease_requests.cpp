#include "daemon/lease_requests.h"

#include "subnet/kube_request.h"
#include "subnet/node_codec.h"
#include "subnet/patch_body.h"
#include "subnet/resource_list.h"
#include "subnet/watch_decoder.h"

#include <utility>

namespace weft {

lease_input::PatchOutcome patch_outcome(const ApiError& error) {
  using lease_input::PatchOutcome;
  if (error.kind == ApiErrorKind::not_connected) return PatchOutcome::failed;
  if (error.kind != ApiErrorKind::http) return PatchOutcome::unknown;
  switch (error.status) {
    case 401:
    case 403:
      return PatchOutcome::forbidden;
    case 404:
      return PatchOutcome::not_found;
    case 409:
      return PatchOutcome::conflict;
    case 422:
      return PatchOutcome::invalid;
    default:
      break;
  }
  // 4xx is refused before anything is stored; a 5xx may come after.
  return error.status >= 400 && error.status < 500 ? PatchOutcome::failed : PatchOutcome::unknown;
}

lease_input::ReadOutcome read_outcome(const ApiError& error) {
  using lease_input::ReadOutcome;
  if (error.is_expired()) return ReadOutcome::gone;
  if (error.kind == ApiErrorKind::http && error.status == 404) return ReadOutcome::not_found;
  return error.is_unanswered() ? ReadOutcome::failed : ReadOutcome::refused;
}

LeaseRequests::LeaseRequests(KubeClient& client, std::string node, NodeResource resource, AnnotationKeys keys,
                             Answer answer)
    : client_(client),
      node_(std::move(node)),
      resource_(std::move(resource)),
      keys_(std::move(keys)),
      answer_(std::move(answer)),
      alive_(std::make_shared<LeaseRequests*>(this)) {}

LeaseRequests::~LeaseRequests() = default;

KubeClient::Done LeaseRequests::guarded(void (LeaseRequests::*then)(LeaseRequestId, const ApiResult<KubeResponse>&),
                                        LeaseRequestId id) {
  return [weak = std::weak_ptr(alive_), then, id](const ApiResult<KubeResponse>& response) {
    if (const auto self = weak.lock()) ((*self)->*then)(id, response);
  };
}

Result<NodeRecord> LeaseRequests::record_of(const std::string& body) const {
  WatchDecoder<NodeResource> decoder(Framing::object, resource_);
  auto events = decoder.feed(body);
  if (!events) return std::unexpected(events.error());
  if (auto whole = decoder.finish(); !whole) return std::unexpected(whole.error());
  if (events->size() != 1 || events->front().object.name != node_) return fail("the answer is not node {}", node_);
  return decode_node(events->front().object, keys_);
}

void LeaseRequests::perform(const lease_action::GetOwnNode& get) {
  client_.send(get_node(node_), guarded(&LeaseRequests::got, get.id));
}

void LeaseRequests::got(LeaseRequestId id, const ApiResult<KubeResponse>& response) {
  lease_input::GetDone done{.id = id};
  if (!response) {
    done.outcome = read_outcome(response.error());
    done.error = response.error().message;
  } else if (auto record = record_of(response->body)) {
    done.outcome = lease_input::ReadOutcome::done;
    done.record = std::move(*record);
  } else {
    done.outcome = lease_input::ReadOutcome::refused;
    done.error = fmt::format("get node {}: {}", node_, record.error().message);
  }
  answer_(std::move(done));
}

void LeaseRequests::perform(const lease_action::ListNodes& list) {
  const LeaseRequestId id = list.id;
  auto done = [this, id](const ApiResult<ResourceListing<RawNode>>& listing) { listed(id, listing); };
  lists_[id] = std::make_unique<ResourceList<NodeResource>>(client_, resource_, ListOptions{.exact = list.exact},
                                                            std::move(done));
}

void LeaseRequests::listed(LeaseRequestId id, const ApiResult<ResourceListing<RawNode>>& listing) {
  lease_input::ListDone done{.id = id};
  if (listing) {
    done.outcome = lease_input::ReadOutcome::done;
    done.revision = listing->revision;
    for (const RawNode& node : listing->objects) done.records.push_back(decode_node(node, keys_));
  } else {
    done.outcome = read_outcome(listing.error());
    done.error = listing.error().message;
  }
  lists_.erase(id);
  answer_(std::move(done));
}

void LeaseRequests::perform(const lease_action::PatchOwnNode& patch) {
  client_.send(patch_node_status(node_, patch_body(patch.patch, keys_)), guarded(&LeaseRequests::patched, patch.id));
}

void LeaseRequests::patched(LeaseRequestId id, const ApiResult<KubeResponse>& response) {
  lease_input::PatchDone done{.id = id};
  if (!response) {
    done.outcome = patch_outcome(response.error());
    done.error = response.error().message;
  } else if (auto record = record_of(response->body)) {
    done.outcome = lease_input::PatchOutcome::applied;
    done.record = std::move(*record);
  } else {
    done.error = record.error().message;  // unknown: the watch will tell
  }
  answer_(std::move(done));
}

}  // namespace weft
