// The versioned store below the test API server: what etcd is to the real one.
//
// Every write takes the next revision of one counter, whatever the resource: one total order. Keys are
// "nodes/<name>" and "events/<namespace>/<name>". Objects are kept as text, since that is what leaves the server.
// Not thread-safe; no I/O.
#pragma once

#include "subnet/lease.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft::test {

struct StoredObject {
  std::string key;
  std::string uid;
  Revision revision = 0;
  std::string text;           // the whole object, with apiVersion and kind first
  std::string metadata_text;  // the same as a PartialObjectMetadata
};
using ObjectPtr = std::shared_ptr<const StoredObject>;

enum class ChangeType : std::uint8_t { added, modified, deleted };

struct Change {
  Revision revision = 0;
  ChangeType type = ChangeType::added;
  ObjectPtr object;    // after the write; for a deletion the last state, with the deletion's revision
  ObjectPtr previous;  // null for an addition
};

class ObjectStore {
 public:
  [[nodiscard]] Revision revision() const { return revision_; }
  // States before this revision are gone.
  [[nodiscard]] Revision compacted() const { return compacted_; }
  [[nodiscard]] ObjectPtr find(const std::string& key) const;

  // Creates or replaces; sets metadata.resourceVersion.
  ObjectPtr put(const std::string& key, nlohmann::json object);
  // Removes; the returned object carries the revision of the deletion. Null if there is none.
  ObjectPtr remove(const std::string& key);

  // All objects whose key starts with `prefix`, by key, as they were at `revision` (compacted() … revision()).
  [[nodiscard]] std::vector<ObjectPtr> list(std::string_view prefix, Revision revision) const;
  // The changes after `revision`, oldest first; at most `limit`.
  [[nodiscard]] std::vector<Change> changes_after(Revision revision, std::size_t limit) const;

  void compact(Revision revision);
  // Goes back to the state of an earlier revision, counter included, as an etcd restored from a backup does.
  void restore(Revision revision);
  // The log is compacted by itself beyond this many changes.
  void set_max_changes(std::size_t count) { max_changes_ = count; }

 private:
  void record(Change change);

  Revision revision_ = 1;
  Revision compacted_ = 0;
  std::size_t max_changes_ = 100'000;
  std::map<std::string, ObjectPtr, std::less<>> objects_;
  std::deque<Change> changes_;
};

}  // namespace weft::test
