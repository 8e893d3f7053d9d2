// Keeps one list-and-watch stream of a resource going, by the rules of client-go's reflector, as a state machine.
//
// Pure: step(input, now) returns actions; randomness is injected; no I/O, no clock. resource_watch.h is the shell.
// What the consumer sees is a list, then changes in the order of the log, without gaps, however often the
// connection breaks: a broken watch goes on at its last resourceVersion, and only 410 (or going back to full
// objects, or relist()) leads to a new list. Lists are always quorum reads (never resourceVersion=0).
//   list:   ListBegin, Item…, ListEnd. Deleted may come between (WatchList): it takes back an Item. A ListBegin
//           discards what an unfinished list delivered. Objects not in the list are gone.
//   watch:  Upsert, Deleted, Bookmark in log order.
// WatchList (sendInitialEvents) is tried first at every list, LIST + WATCH is the answer to any error of it.
// The first list is asked for at once, also where a whole cluster starts in the same instant: the server's priority and
// fairness serves what it can and refuses the rest, and Backoff spreads those who come again so well that it is never
// idle (the herd test: 5,000 daemons, at most 10 requests each). A wait in advance would only delay small clusters.
#pragma once

#include "subnet/backoff.h"
#include "subnet/reflector_core.h"
#include "subnet/watch_decoder.h"

#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace weft {

template <class Object>
struct Item {
  Object object;
};
template <class Object>
struct Upsert {
  Object object;
};
template <class Object>
struct Deleted {
  Object object;  // last state; its resource_version is the revision of the deletion
};

template <class Object>
using ReflectorEvent =
    std::variant<ListBegin, Item<Object>, ListEnd, Upsert<Object>, Deleted<Object>, Bookmark, StreamBroken>;

template <class Object>
struct StreamReceived {  // one for each chunk of the body, also when it completed nothing
  std::uint64_t id = 0;
  std::vector<DecodedEvent<Object>> events;
};

template <class Object>
using ReflectorInput = std::variant<Tick, StreamOpened, StreamReceived<Object>, StreamEnded, Relist, SetView>;

template <class Object>
using ReflectorAction = std::variant<OpenStream, CloseStream, ReflectorEvent<Object>>;

template <class Resource>
class Reflector {
 public:
  using Object = typename Resource::Object;
  using Input = ReflectorInput<Object>;
  using Action = ReflectorAction<Object>;
  using Actions = std::vector<Action>;

  explicit Reflector(ReflectorOptions options, RandomSource random) : core_(std::move(options), std::move(random)) {}

  // The first step (any input, usually Tick) starts the first list.
  [[nodiscard]] Actions step(Input input, TimePoint now);
  // When step(Tick) is due; TimePoint::max() for never.
  [[nodiscard]] TimePoint wake_at() const { return core_.wake_at(); }

  [[nodiscard]] const ReflectorStatus& status() const { return core_.status(); }

 private:
  void receive(StreamReceived<Object>& received, TimePoint now, Actions& actions);
  static void append(CoreActions& core, Actions& actions);

  ReflectorCore core_;
};

template <class Resource>
auto Reflector<Resource>::step(Input input, TimePoint now) -> Actions {
  Actions actions;
  if (auto* received = std::get_if<StreamReceived<Object>>(&input)) {
    receive(*received, now, actions);
    return actions;
  }
  CoreActions core;
  if (std::holds_alternative<Tick>(input)) core_.tick(now, core);
  if (auto* opened = std::get_if<StreamOpened>(&input)) core_.opened(*opened, now, core);
  if (auto* ended = std::get_if<StreamEnded>(&input)) core_.ended(*ended, now, core);
  if (auto* relist = std::get_if<Relist>(&input)) core_.relist(*relist, now, core);
  if (auto* view = std::get_if<SetView>(&input)) core_.set_view(*view, now, core);
  append(core, actions);
  return actions;
}

template <class Resource>
void Reflector<Resource>::receive(StreamReceived<Object>& received, TimePoint now, Actions& actions) {
  if (!core_.received(received.id, now)) return;
  for (auto& event : received.events) {
    if (!core_.is_current(received.id)) return;  // an event before this one ended the stream
    CoreActions core;
    const Verdict verdict = core_.event(event.head, now, core);
    append(core, actions);
    using Event = ReflectorEvent<Object>;
    if (verdict == Verdict::item) actions.emplace_back(Event(Item<Object>{std::move(event.object)}));
    if (verdict == Verdict::upsert) actions.emplace_back(Event(Upsert<Object>{std::move(event.object)}));
    if (verdict == Verdict::deleted) actions.emplace_back(Event(Deleted<Object>{std::move(event.object)}));
  }
}

template <class Resource>
void Reflector<Resource>::append(CoreActions& core, Actions& actions) {
  const auto convert = [&actions]<class T>(T& action) {
    if constexpr (std::is_same_v<T, OpenStream> || std::is_same_v<T, CloseStream>) {
      actions.emplace_back(std::move(action));
    } else {
      actions.emplace_back(ReflectorEvent<Object>(std::move(action)));
    }
  };
  for (auto& action : core) std::visit(convert, action);
}

}  // namespace weft
