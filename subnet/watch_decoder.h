// Cuts Kubernetes JSON into objects while it arrives: a LIST body, a WATCH stream or one object.
//
// Owns one incremental SAX parser; nothing of a document is kept but the fields a Resource asks for. Threading:
// one thread at a time. A chunk may be cut anywhere, even inside a character or an escape: the events are the
// same. Watch events are concatenated JSON values; new lines between them are optional (apimachinery
// util/framer). Cost: about 50 ms for a 67 MB list of 5,000 Nodes.
//
// Limits: nesting 128; each value as its FieldPath says, longer ones are cut; an object (or event) 8 MiB (etcd refuses
// more than 1.5 MiB by default). How many values an object keeps is the Resource's to limit. Broken JSON, nesting and
// oversize end the stream: then the position is lost or the server is broken.
#pragma once

#include "subnet/event_scanner.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft {

template <class Object>
struct DecodedEvent {
  DecodedHead head;
  Object object;  // for item, added, modified, deleted

  friend bool operator==(const DecodedEvent&, const DecodedEvent&) = default;
};

// A Resource says what to cut out:
//   using Object = …;                                             default-constructible
//   std::span<const FieldPath> fields() const;                    must outlive the decoder
//   void set(Object&, unsigned id, std::string_view key, std::string_view value) const;
// node_resource.h is the first.
template <class Resource>
class WatchDecoder final : private EventSink {
 public:
  using Object = typename Resource::Object;
  using Event = DecodedEvent<Object>;

  WatchDecoder(Framing framing, const Resource& resource)
      : resource_(resource), scanner_(framing, resource_.fields(), *this) {}
  WatchDecoder(const WatchDecoder&) = delete;
  WatchDecoder& operator=(const WatchDecoder&) = delete;

  // The events this chunk completed. After an error the decoder is of no more use.
  Result<std::vector<Event>> feed(std::string_view chunk) {
    auto fed = scanner_.feed(chunk);
    if (!fed) return std::unexpected(fed.error());
    return std::exchange(ready_, {});
  }
  // At the end of the body: an error if it was cut inside a value.
  Result<> finish() { return scanner_.finish(); }

 private:
  void on_field(unsigned id, std::string_view key, std::string_view value) override {
    resource_.set(current_, id, key, value);
  }
  void on_event(DecodedHead head) override { ready_.push_back({std::move(head), std::exchange(current_, {})}); }

  Resource resource_;
  Object current_{};
  std::vector<Event> ready_;
  EventScanner scanner_;
};

}  // namespace weft
