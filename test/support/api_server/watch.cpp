#include "test/support/api_server/watch.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft::test {
namespace {

constexpr std::size_t kBatch = 64 * 1024;

std::string_view type_name(ChangeType type) {
  switch (type) {
    case ChangeType::added:
      return "ADDED";
    case ChangeType::modified:
      return "MODIFIED";
    case ChangeType::deleted:
      return "DELETED";
  }
  return "";
}

}  // namespace

Watch::Watch(const Api& api, WatchGrant grant, Time now)
    : api_(api),
      grant_(std::move(grant)),
      cursor_(grant_.from),
      deadline_(now + std::chrono::seconds(grant_.timeout_seconds.value_or(1800))),
      next_bookmark_(grant_.bookmarks ? now + api.behaviour.bookmark_interval : Time::max()) {}

std::string Watch::next(Time now) {
  std::string lines;
  if (done_ || api_.behaviour.stall == Stall::everything) return lines;
  if (!std::exchange(started_, true)) append_initial(lines);
  if (!done_ && api_.behaviour.stall == Stall::none) append_changes(lines);
  if (!done_ && lines.empty() && now >= next_bookmark_) {
    next_bookmark_ = now + api_.behaviour.bookmark_interval;
    append_bookmark(lines, false);
  }
  return lines;
}

void Watch::append_initial(std::string& lines) {
  if (!grant_.error.empty()) {
    while (grant_.error.ends_with('\n')) grant_.error.pop_back();
    lines += fmt::format("{{\"type\":\"ERROR\",\"object\":{}}}\n", grant_.error);
    done_ = true;
    return;
  }
  if (!grant_.list_first) return;
  auto objects = api_.store.list(grant_.prefix, grant_.from);
  // The order of the initial events means nothing: here it is the uids', which are random.
  std::ranges::sort(objects, {}, [](const ObjectPtr& object) { return object->uid; });
  for (const auto& object : objects) {
    if (wanted(object->key)) lines += event("ADDED", *object);
  }
  if (grant_.end_bookmark) append_bookmark(lines, true);
}

void Watch::append_changes(std::string& lines) {
  if (cursor_ < api_.store.compacted()) {
    // The log was cut under a slow watcher: the real server ends the stream.
    done_ = true;
    return;
  }
  while (lines.size() < kBatch) {
    const auto changes = api_.store.changes_after(cursor_, 256);
    for (const auto& change : changes) {
      cursor_ = change.revision;
      if (wanted(change.object->key)) lines += event(type_name(change.type), *change.object);
    }
    if (changes.empty()) return;
  }
}

void Watch::append_bookmark(std::string& lines, bool end_of_initial) {
  const auto* mark = end_of_initial ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "";
  lines += fmt::format(
      "{{\"type\":\"BOOKMARK\",\"object\":{{\"kind\":\"{}\",\"apiVersion\":\"{}\",\"metadata\":{{\"resourceVersion\":"
      "\"{}\"{}}}{}}}}}\n",
      grant_.kind, grant_.metadata_only ? "meta.k8s.io/v1" : "v1", cursor_, mark,
      grant_.kind == "Node" ? ",\"spec\":{},\"status\":{}" : "");
}

bool Watch::wanted(const std::string& key) const {
  return key.starts_with(grant_.prefix) && (grant_.only_key.empty() || key == grant_.only_key);
}

std::string Watch::event(std::string_view type, const StoredObject& object) const {
  return fmt::format("{{\"type\":\"{}\",\"object\":{}}}\n", type,
                     grant_.metadata_only ? object.metadata_text : object.text);
}

}  // namespace weft::test
