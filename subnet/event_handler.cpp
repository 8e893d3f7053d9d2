#include "subnet/event_handler.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace weft {
namespace {

constexpr std::size_t kMaxKey = 1024;  // bytes; Kubernetes allows 253 + 1 + 63

// Fields the scanner needs itself; a Resource's ids are below.
enum Own : unsigned {
  kOwn = 0x8000'0000U,
  kType = kOwn,
  kKind,
  kListRevision,
  kContinue,
  kRevision,
  kInitialEventsEnd,
  kCode,
  kReason,
  kMessage,
  kRetryAfter,
};

std::vector<std::string> joined(const std::vector<std::string>& base, const std::vector<std::string>& path) {
  std::vector<std::string> whole = base;
  whole.insert(whole.end(), path.begin(), path.end());
  return whole;
}

int to_int(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

EventHandler::EventHandler(Framing framing, std::span<const FieldPath> fields, EventSink& sink)
    : framing_(framing), sink_(sink) {
  std::vector<std::string> base;
  if (framing == Framing::list) base = {"items", "[]"};
  if (framing == Framing::watch) base = {"object"};
  for (const auto& field : fields) {
    const auto node = trie_.add(joined(base, field.path), field.key_prefix);
    trie_.add_field(node, {field.id, field.max_length, field.presence});
  }
  add_own(joined(base, {"metadata", "resourceVersion"}), kRevision, 64);
  trie_.set_boundary(FieldTrie::kRoot);
  if (framing == Framing::list) {
    trie_.set_boundary(trie_.add(base));
    add_own({"kind"}, kKind, 128);
    add_own({"metadata", "resourceVersion"}, kListRevision, 64);
    add_own({"metadata", "continue"}, kContinue, 16 * 1024);
  }
  if (framing == Framing::watch) {
    add_own({"type"}, kType, 32);
    add_own({"object", "metadata", "annotations", "k8s.io/initial-events-end"}, kInitialEventsEnd, 16);
    add_own({"object", "code"}, kCode, 16);
    add_own({"object", "reason"}, kReason, 64);
    add_own({"object", "message"}, kMessage, 512);
    add_own({"object", "details", "retryAfterSeconds"}, kRetryAfter, 16);
  }
}

void EventHandler::add_own(std::vector<std::string> path, unsigned id, std::size_t max_length) {
  trie_.add_field(trie_.add(path), {id, max_length, false});
}

FieldTrie::Index EventHandler::target() const {
  if (frames_.empty()) return FieldTrie::kRoot;
  return frames_.back().array ? trie_.at(frames_.back().node).element : member_;
}

bool EventHandler::open_object() {
  if (skip_ > 0) return ++skip_, true;
  const auto node = target();
  if (node == FieldTrie::kNone) return skip_ = 1, true;
  report_presence(node);
  if (!trie_.at(node).has_members() && !trie_.at(node).boundary) return skip_ = 1, true;
  frames_.push_back({node, false});
  return true;
}

bool EventHandler::close_object() {
  if (skip_ > 0) return --skip_, true;
  const bool boundary = trie_.at(frames_.back().node).boundary;
  frames_.pop_back();
  return boundary ? complete() : true;
}

bool EventHandler::open_array() {
  if (skip_ > 0) return ++skip_, true;
  if (frames_.empty()) return refuse("an array where an object is due");
  const auto node = target();
  if (node == FieldTrie::kNone) return skip_ = 1, true;
  report_presence(node);
  if (trie_.at(node).element == FieldTrie::kNone) return skip_ = 1, true;
  frames_.push_back({node, true});
  return true;
}

bool EventHandler::close_array() {
  if (skip_ > 0) return --skip_, true;
  frames_.pop_back();
  return true;
}

void EventHandler::key_part(std::string_view text) {
  if (skip_ == 0 && key_pieces_.size() <= kMaxKey) key_pieces_.append(text);
}

void EventHandler::key(std::string_view text) {
  if (skip_ > 0) return;
  if (!key_pieces_.empty()) {
    key_pieces_.append(text);
    text = key_pieces_;
  }
  member_ = text.size() > kMaxKey ? FieldTrie::kNone : trie_.member(frames_.back().node, text);
  // Only the name of a wanted member is worth a copy.
  if (member_ != FieldTrie::kNone) key_.assign(text);
  key_pieces_.clear();
}

void EventHandler::value_part(std::string_view text) {
  if (skip_ > 0 || frames_.empty()) return;
  const auto node = target();
  if (node == FieldTrie::kNone) return;
  std::size_t longest = 0;
  for (const auto& field : trie_.at(node).fields) longest = std::max(longest, field.max_length);
  // One byte more than is kept, so that report() sees that there was more.
  if (pieces_.size() <= longest) pieces_.append(text.substr(0, longest + 1 - pieces_.size()));
}

bool EventHandler::value(std::string_view text) {
  if (skip_ > 0) return true;
  if (frames_.empty()) return refuse("a single value where an object is due");
  const auto node = target();
  if (node == FieldTrie::kNone) return true;
  if (pieces_.empty()) {
    report(node, text);
    return true;
  }
  value_part(text);
  report(node, pieces_);
  pieces_.clear();
  return true;
}

bool EventHandler::null() {
  pieces_.clear();
  return !frames_.empty() || skip_ > 0 || refuse("null where an object is due");
}

void EventHandler::report_presence(FieldTrie::Index node) {
  for (const auto& field : trie_.at(node).fields) {
    if (field.presence) sink_.on_field(field.id, key_, {});
  }
}

void EventHandler::report(FieldTrie::Index node, std::string_view text) {
  for (const auto& field : trie_.at(node).fields) {
    if (field.id >= kOwn) {
      set_own(field.id, text.substr(0, field.max_length));
    } else {
      head_.cut = head_.cut || text.size() > field.max_length;
      sink_.on_field(field.id, key_, field.presence ? std::string_view() : text.substr(0, field.max_length));
    }
  }
}

void EventHandler::set_own(unsigned id, std::string_view text) {
  switch (id) {
    case kType:
      type_ = text;
      break;
    case kKind:
      kind_ = text;
      break;
    case kListRevision:
      list_revision_ = text;
      break;
    case kContinue:
      head_.continue_token = text;
      break;
    case kRevision:
      head_.resource_version = text;
      break;
    case kInitialEventsEnd:
      head_.initial_events_end = text == "true";
      break;
    case kCode:
      head_.code = to_int(text);
      break;
    case kReason:
      head_.reason = text;
      break;
    case kMessage:
      head_.message = text;
      break;
    case kRetryAfter:
      head_.retry_after = to_int(text);
      break;
    default:
      break;
  }
}

bool EventHandler::complete() {
  const bool root = frames_.empty();
  if (framing_ == Framing::watch) {
    if (!complete_watch_event()) return false;
  } else if (framing_ == Framing::list && root) {
    // Anything else that a confused proxy sends must not look like an empty list.
    if (!kind_.ends_with("List") || list_revision_.empty()) {
      return refuse("the answer is no list: kind \"" + kind_ + "\", resourceVersion \"" + list_revision_ + "\"");
    }
    head_.type = EventType::list_end;
    head_.resource_version = std::exchange(list_revision_, {});
    list_complete_ = true;
  } else {
    head_.type = EventType::item;
    if (head_.resource_version.empty()) return refuse("an object without metadata.resourceVersion");
  }
  ++events_;
  // The continue token belongs to the list around the items: it stays until the list ends.
  DecodedHead head = std::exchange(head_, {});
  if (framing_ == Framing::list && !root) head_.continue_token = std::exchange(head.continue_token, {});
  sink_.on_event(std::move(head));
  return true;
}

bool EventHandler::complete_watch_event() {
  static constexpr std::pair<std::string_view, EventType> kTypes[] = {{"ADDED", EventType::added},
                                                                      {"MODIFIED", EventType::modified},
                                                                      {"DELETED", EventType::deleted},
                                                                      {"BOOKMARK", EventType::bookmark},
                                                                      {"ERROR", EventType::error}};
  const auto* found = std::ranges::find(kTypes, type_, &std::pair<std::string_view, EventType>::first);
  if (found == std::end(kTypes)) return refuse("a watch event of the unknown type \"" + type_ + "\"");
  head_.type = found->second;
  type_.clear();
  if (head_.type != EventType::error && head_.resource_version.empty()) {
    return refuse("a watch event without metadata.resourceVersion");
  }
  return true;
}

bool EventHandler::refuse(std::string why) {
  problem_ = std::move(why);
  return false;
}

}  // namespace weft
