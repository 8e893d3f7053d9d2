// Follows the parser's callbacks along the tree of wanted fields and completes events. Used by event_scanner only.
#pragma once

#include "subnet/event_scanner.h"
#include "subnet/field_trie.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

class EventHandler {
 public:
  EventHandler(Framing framing, std::span<const FieldPath> fields, EventSink& sink);

  // Each returns false to stop the parser; problem() says why.
  bool open_object();
  bool close_object();
  bool open_array();
  bool close_array();
  void key_part(std::string_view text);
  void key(std::string_view text);
  void value_part(std::string_view text);
  bool value(std::string_view text);
  bool null();

  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }
  [[nodiscard]] bool list_complete() const { return list_complete_; }

 private:
  struct Frame {
    FieldTrie::Index node = FieldTrie::kNone;
    bool array = false;
  };

  void add_own(std::vector<std::string> path, unsigned id, std::size_t max_length);
  [[nodiscard]] FieldTrie::Index target() const;
  void report_presence(FieldTrie::Index node);
  void report(FieldTrie::Index node, std::string_view text);
  void set_own(unsigned id, std::string_view text);
  bool complete();
  bool complete_watch_event();
  bool refuse(std::string why);

  Framing framing_;
  EventSink& sink_;
  FieldTrie trie_;
  std::vector<Frame> frames_;                   // the wanted containers around the present place
  std::size_t skip_ = 0;                        // how deep inside an unwanted one
  FieldTrie::Index member_ = FieldTrie::kNone;  // of the member whose value comes next
  std::string key_;
  std::string key_pieces_;  // of a key that came in parts
  std::string pieces_;      // of a value that came in parts
  DecodedHead head_;
  std::string type_;  // of the watch event
  std::string kind_;  // of the list
  std::string list_revision_;
  std::string problem_;
  std::uint64_t events_ = 0;
  bool list_complete_ = false;
};

}  // namespace weft
