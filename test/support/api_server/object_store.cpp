#include "test/support/api_server/object_store.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace weft::test {
namespace {

ObjectPtr render(const std::string& key, nlohmann::json object, Revision revision) {
  auto& metadata = object["metadata"];
  metadata["resourceVersion"] = std::to_string(revision);
  auto stored = std::make_shared<StoredObject>();
  stored->key = key;
  stored->revision = revision;
  stored->uid = metadata.value("uid", "");
  const nlohmann::json partial{
      {"apiVersion", "meta.k8s.io/v1"}, {"kind", "PartialObjectMetadata"}, {"metadata", metadata}};
  stored->metadata_text = partial.dump();
  stored->text = object.dump();
  return stored;
}

}  // namespace

ObjectPtr ObjectStore::find(const std::string& key) const {
  const auto at = objects_.find(key);
  return at == objects_.end() ? nullptr : at->second;
}

ObjectPtr ObjectStore::put(const std::string& key, nlohmann::json object) {
  auto stored = render(key, std::move(object), ++revision_);
  auto& slot = objects_[key];
  const auto previous = std::exchange(slot, stored);
  record({revision_, previous ? ChangeType::modified : ChangeType::added, stored, previous});
  return stored;
}

ObjectPtr ObjectStore::remove(const std::string& key) {
  const auto at = objects_.find(key);
  if (at == objects_.end()) return nullptr;
  const auto previous = at->second;
  objects_.erase(at);
  auto last = render(key, nlohmann::json::parse(previous->text), ++revision_);
  record({revision_, ChangeType::deleted, last, previous});
  return last;
}

std::vector<ObjectPtr> ObjectStore::list(std::string_view prefix, Revision revision) const {
  auto objects = objects_;
  for (auto change = changes_.rbegin(); change != changes_.rend() && change->revision > revision; ++change) {
    if (change->previous) {
      objects[change->object->key] = change->previous;
    } else {
      objects.erase(change->object->key);
    }
  }
  std::vector<ObjectPtr> found;
  for (auto at = objects.lower_bound(prefix); at != objects.end() && at->first.starts_with(prefix); ++at) {
    found.push_back(at->second);
  }
  return found;
}

std::vector<Change> ObjectStore::changes_after(Revision revision, std::size_t limit) const {
  auto at = std::ranges::upper_bound(changes_, revision, {}, &Change::revision);
  const auto count = std::min(limit, static_cast<std::size_t>(changes_.end() - at));
  return {at, at + static_cast<std::ptrdiff_t>(count)};
}

void ObjectStore::compact(Revision revision) {
  compacted_ = std::clamp(revision, compacted_, revision_);
  while (!changes_.empty() && changes_.front().revision <= compacted_) changes_.pop_front();
}

void ObjectStore::restore(Revision revision) {
  revision = std::clamp(revision, compacted_, revision_);
  std::map<std::string, ObjectPtr, std::less<>> objects;
  for (auto& object : list("", revision)) objects.emplace(object->key, object);
  objects_ = std::move(objects);
  while (!changes_.empty() && changes_.back().revision > revision) changes_.pop_back();
  revision_ = revision;
}

void ObjectStore::record(Change change) {
  changes_.push_back(std::move(change));
  if (changes_.size() > max_changes_) compact(changes_.front().revision);
}

}  // namespace weft::test
