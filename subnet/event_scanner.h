// The part of the decoder that knows JSON and the three framings, but no resource.
//
// Owns the parser and the event under way. One thread at a time. Limits and cost: watch_decoder.h. The sink is called
// from inside feed(): the fields of an object, then the event. After an error the scanner is of no more use.
#pragma once

#include "subnet/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

enum class Framing : std::uint8_t { list, watch, object };

enum class EventType : std::uint8_t { item, list_end, added, modified, deleted, bookmark, error };
[[nodiscard]] std::string_view to_string(EventType type);

// A field to cut out of each object.
struct FieldPath {
  unsigned id = 0;                // below 2^31
  std::vector<std::string> path;  // {"spec", "podCIDRs", "[]"}: member names; "[]" is each element, "*" each member
  std::string key_prefix;         // with a last "*": only members whose name starts with it
  std::size_t max_length = 1024;  // bytes of the value; the rest is cut off
  bool presence = false;          // report that the member exists (value ""), whatever its type
};

// What an event says of itself.
struct DecodedHead {
  EventType type = EventType::item;
  std::string resource_version;     // of the object, the bookmark, or for list_end of the list
  std::string continue_token;       // list_end: non-empty when there are more pages
  bool initial_events_end = false;  // bookmark: ends the initial burst of a WatchList
  bool cut = false;                 // a value was longer than its limit
  // type error: the Status.
  int code = 0;
  std::string reason;
  std::string message;
  int retry_after = 0;  // seconds

  friend bool operator==(const DecodedHead&, const DecodedHead&) = default;
};

class EventSink {
 public:
  // A scalar as text: strings unescaped, numbers and true/false as written. `key` is the member's name.
  virtual void on_field(unsigned id, std::string_view key, std::string_view value) = 0;
  // The object whose fields came before is complete.
  virtual void on_event(DecodedHead head) = 0;

 protected:
  EventSink() = default;
  EventSink(const EventSink&) = default;
  EventSink& operator=(const EventSink&) = default;
  ~EventSink() = default;
};

class EventScanner {
 public:
  // `sink` must outlive the scanner.
  EventScanner(Framing framing, std::span<const FieldPath> fields, EventSink& sink);
  ~EventScanner();
  EventScanner(EventScanner&&) = delete;
  EventScanner& operator=(EventScanner&&) = delete;

  Result<> feed(std::string_view chunk);
  Result<> finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft
