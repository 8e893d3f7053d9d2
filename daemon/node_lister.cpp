#include "daemon/node_lister.h"

#include "subnet/node_codec.h"
#include "subnet/watch_decoder.h"

#include <string>
#include <utility>

namespace weft {
namespace {

constexpr std::string_view kPageSize = "500";
constexpr std::chrono::seconds kSilence{30};

}  // namespace

struct NodeLister::Impl final : KubeStreamSink {
  Impl(KubeClient& c, NodeResource r, AnnotationKeys k, std::optional<Revision> e, Done d)
      : client(c), resource(std::move(r)), keys(std::move(k)), exact(e), done(std::move(d)) {}

  void next_page() {
    KubeTarget target(NodeResource::path());
    target.query("limit", kPageSize);
    if (!token.empty()) {
      target.query("continue", token);
    } else if (exact) {
      target.query("resourceVersion", std::to_string(*exact)).query("resourceVersionMatch", "Exact");
    }
    KubeRequest request{.target = target.text(), .accept = std::string(accept_for(View::full, true))};
    request.verb = "list";
    request.resource = NodeResource::name();
    decoder = std::make_unique<WatchDecoder<NodeResource>>(Framing::list, resource);
    token.clear();
    page_ended = false;
    stream = client.open(std::move(request), *this, kSilence);
  }

  void on_open() override {}

  void on_bytes(std::string_view bytes) override {
    if (!broken.empty()) return;
    auto events = decoder->feed(bytes);
    if (!events) {
      broken = events.error().message;
      return;
    }
    for (auto& event : *events) take(event);
  }

  void take(DecodedEvent<RawNode>& event) {
    if (event.head.type == EventType::item) result.records.push_back(decode_node(event.object, keys));
    if (event.head.type != EventType::list_end) return;
    page_ended = true;
    token = event.head.continue_token;
    const Revision revision = parse_revision(event.head.resource_version);
    if (result.revision != 0 && revision != result.revision) broken = "the pages of the list have different revisions";
    result.revision = revision;
  }

  void on_end(ApiResult<> outcome) override {
    if (!outcome)
      return finish(outcome.error().is_expired() ? lease_input::ReadOutcome::gone : lease_input::ReadOutcome::failed,
                    outcome.error().message);
    if (!broken.empty()) return finish(lease_input::ReadOutcome::failed, broken);
    if (!page_ended || result.revision == 0)
      return finish(lease_input::ReadOutcome::failed, "the list of nodes ended early");
    if (token.empty()) return finish(lease_input::ReadOutcome::done, "");
    next_page();
  }

  void finish(lease_input::ReadOutcome outcome, std::string error) {
    result.outcome = outcome;
    result.error = std::move(error);
    if (outcome != lease_input::ReadOutcome::done) result.records.clear();
    const Done call = std::move(done);
    call(std::move(result));  // may destroy us: nothing after this
  }

  KubeClient& client;
  NodeResource resource;
  AnnotationKeys keys;
  std::optional<Revision> exact;
  Done done;
  std::unique_ptr<WatchDecoder<NodeResource>> decoder;
  std::unique_ptr<KubeStream> stream;
  lease_input::ListDone result;
  std::string token;
  std::string broken;
  bool page_ended = false;
};

NodeLister::NodeLister(KubeClient& client, const NodeResource& resource, AnnotationKeys keys,
                       std::optional<Revision> exact, Done done)
    : impl_(std::make_unique<Impl>(client, resource, std::move(keys), exact, std::move(done))) {
  impl_->next_page();
}

NodeLister::~NodeLister() = default;

}  // namespace weft
