// A reflector running over a KubeClient: objects of one resource, delivered to a callback.
//
// Owns the stream, its decoder and one timer. Threading: the client's io_context thread; the callback runs there
// and may call anything here but the destructor. Destroying it ends the stream at once, without a callback.
#pragma once

#include "subnet/kube_client.h"
#include "subnet/reflector.h"
#include "subnet/watch_decoder.h"
#include "subnet/watch_shell.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>

namespace weft {

template <class Resource>
class ResourceWatch final : private WatchShell {
 public:
  using Object = typename Resource::Object;
  using Event = ReflectorEvent<Object>;
  using Consumer = std::function<void(Event)>;

  // `client` must outlive the watch. options.path and options.resource are taken from `resource`.
  ResourceWatch(KubeClient& client, Resource resource, ReflectorOptions options, RandomSource random, Consumer consumer)
      : WatchShell(client),
        resource_(std::move(resource)),
        reflector_(named(std::move(options)), std::move(random)),
        consumer_(std::move(consumer)) {}

  void start() { wake(); }
  void stop() { stop_shell(); }

  // A new quorum list after `after`; the present watch goes on until then.
  void relist(std::chrono::milliseconds after = {}) { step(Relist{after}); }
  void set_view(View view) { step(SetView{view}); }

  [[nodiscard]] const ReflectorStatus& status() const { return reflector_.status(); }

 private:
  using Input = typename Reflector<Resource>::Input;

  static ReflectorOptions named(ReflectorOptions options) {
    options.path = Resource::path();
    options.resource = Resource::name();
    return options;
  }

  // The consumer may ask for a relist or a view from inside its callback: that waits for its turn.
  void step(Input input) {
    pending_.push_back(std::move(input));
    if (stepping_) return;
    stepping_ = true;
    while (!pending_.empty() && !stopped()) {
      Input next = std::move(pending_.front());
      pending_.pop_front();
      for (auto& action : reflector_.step(std::move(next), now())) perform(action);
    }
    stepping_ = false;
    wake_at(reflector_.wake_at());
  }

  void perform(typename Reflector<Resource>::Action& action) {
    if (stopped()) return;
    if (auto* open = std::get_if<OpenStream>(&action)) {
      decoder_ = std::make_unique<WatchDecoder<Resource>>(open->framing, resource_);
      open_stream(open->id, std::move(open->request));
    } else if (std::holds_alternative<CloseStream>(action)) {
      close_stream();
    } else {
      consumer_(std::move(std::get<Event>(action)));
    }
  }

  void wake() override { step(Tick{}); }
  void stream_opened(std::uint64_t id) override { step(StreamOpened{id}); }
  void stream_bytes(std::uint64_t id, std::string_view bytes) override {
    auto events = decoder_->feed(bytes);
    if (!events) return stream_ended(id, unreadable(events.error()));
    step(StreamReceived<Object>{id, std::move(*events)});
  }
  void stream_ended(std::uint64_t id, ApiResult<> outcome) override {
    if (outcome) {
      if (auto whole = decoder_->finish(); !whole) outcome = unreadable(whole.error());
    }
    close_stream();
    step(StreamEnded{id, std::move(outcome)});
  }

  Resource resource_;
  Reflector<Resource> reflector_;
  Consumer consumer_;
  std::unique_ptr<WatchDecoder<Resource>> decoder_;
  std::deque<Input> pending_;
  bool stepping_ = false;
};

}  // namespace weft
