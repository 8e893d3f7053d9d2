// Drives a Reflector with scripted inputs and a clock of its own, and writes down what comes out.
#pragma once

#include "subnet/reflector.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

struct ThingResource {
  using Object = std::string;  // a name
};

class KubeReflectorTest : public testing::Test {
 protected:
  using Thing = Reflector<ThingResource>;
  using Event = DecodedEvent<std::string>;

  KubeReflectorTest() { make({}); }
  void make(ReflectorOptions options);

  // Runs one input; returns what the consumer saw, one line an event.
  std::vector<std::string> step(Thing::Input input);
  std::vector<std::string> tick() { return step(Tick{}); }
  // Moves the clock to the next wake-up and ticks.
  std::vector<std::string> wake();
  void pass(std::chrono::milliseconds time) { now += time; }

  std::vector<std::string> opened() { return step(StreamOpened{id()}); }
  std::vector<std::string> ended() { return step(StreamEnded{id(), {}}); }
  std::vector<std::string> failed(const ApiError& error) { return step(StreamEnded{id(), std::unexpected(error)}); }
  std::vector<std::string> received(std::vector<Event> events) {
    return step(StreamReceived<std::string>{id(), std::move(events)});
  }

  static Event object(EventType type, std::string name, std::string revision);
  static Event list_end(std::string revision, std::string continue_token = "");
  static Event bookmark(std::string revision, bool initial_events_end = false);
  static Event error(int code, std::string reason);
  static ApiError http(int status, std::string reason = "", int retry_after = 0);
  static ApiError refused();

  // A list "a" at revision 10, and the watch from there open.
  void reach_watch();

  std::uint64_t id() const { return last_id; }
  std::string target() const { return stream ? stream->request.target : "none"; }
  std::string query(std::string_view key) const;  // of the open stream's target
  std::chrono::milliseconds until_wake() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(reflector->wake_at() - now);
  }

  TimePoint now{std::chrono::hours(1)};
  std::mt19937_64 random{7};
  std::optional<Thing> reflector;
  std::optional<OpenStream> stream;  // open now
  std::uint64_t last_id = 0;
  unsigned opens = 0;
};

using Lines = std::vector<std::string>;

}  // namespace weft
