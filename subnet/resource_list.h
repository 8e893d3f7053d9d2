// One complete list of a resource: the answer to "what is there now", outside of any watch.
//
// For judging a claim after a broken stream, and for commands that ask the cluster once. Threading: the client's
// io_context thread. A list always starts from its first page; all pages come from one snapshot or the list fails.
#pragma once

#include "subnet/kube_client.h"
#include "subnet/lease.h"
#include "subnet/list_shell.h"
#include "subnet/watch_decoder.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft {

template <class Object>
struct ResourceListing {
  Revision revision = 0;
  std::vector<Object> objects;
};

// Destroying it ends the request without a callback.
template <class Resource>
class ResourceList final : private ListShell {
 public:
  using Object = typename Resource::Object;
  using Done = std::function<void(ApiResult<ResourceListing<Object>>)>;

  // Starts at once; `done` is called exactly once, and may destroy the list. `client` must outlive it.
  ResourceList(KubeClient& client, Resource resource, ListOptions options, Done done)
      : ListShell(client, named(std::move(options))), resource_(std::move(resource)), done_(std::move(done)) {
    begin();
  }

 private:
  static ListOptions named(ListOptions options) {
    options.path = Resource::path();
    options.resource = Resource::name();
    return options;
  }

  void page_begins() override { decoder_ = std::make_unique<WatchDecoder<Resource>>(Framing::list, resource_); }
  Result<> page_bytes(std::string_view bytes) override {
    auto events = decoder_->feed(bytes);
    if (!events) return std::unexpected(events.error());
    for (auto& event : *events) {
      if (event.head.type == EventType::list_end) {
        page_ends(event.head);
      } else {
        objects_.push_back(std::move(event.object));
      }
    }
    return {};
  }
  Result<> page_whole() override { return decoder_->finish(); }
  void ended(ApiResult<Revision> outcome) override {
    const Done done = std::move(done_);
    if (!outcome) return done(std::unexpected(std::move(outcome.error())));
    done(ResourceListing<Object>{*outcome, std::move(objects_)});
  }

  Resource resource_;
  Done done_;
  std::unique_ptr<WatchDecoder<Resource>> decoder_;
  std::vector<Object> objects_;
};

}  // namespace weft
