#include "test/sim/store.h"

#include <algorithm>

namespace weft::sim {
namespace {

constexpr Revision kStride = 16;  // room for epochs between two revisions

template <class T>
void change(std::optional<T>& value, const AnnotationChange<T>& change) {
  using Kind = AnnotationChange<T>::Kind;
  if (change.kind == Kind::set) value = change.value;
  if (change.kind == Kind::remove) value.reset();
}

}  // namespace

const NodeRecord* Store::find(std::string_view name) const {
  const auto found = nodes_.find(name);
  return found == nodes_.end() ? nullptr : &found->second;
}

void Store::commit(NodeRecord record, bool deleted) {
  revision_ += kStride;
  record.revision = revision_;
  log_.push_back({revision_, record, deleted});
  if (deleted) {
    nodes_.erase(record.name);
  } else {
    nodes_[record.name] = std::move(record);
  }
}

void Store::create(const std::string& name) {
  NodeRecord record;
  record.name = name;
  record.uid = fmt::format("{}-{}", name, ++uids_);
  record.has_spec = true;
  commit(std::move(record), false);
}

void Store::remove(std::string_view name) {
  const auto found = nodes_.find(name);
  if (found != nodes_.end()) commit(NodeRecord(found->second), true);
}

void Store::write_foreign(NodeRecord record) {
  const NodeRecord& before = nodes_.at(record.name);
  if (record.lease && record.lease != before.lease) foreign_leases_[record.name] = *record.lease;
  commit(std::move(record), false);
}

PatchStatus Store::patch(std::string_view name, const NodePatch& patch, bool guarded) {
  const auto found = nodes_.find(name);
  if (found == nodes_.end()) return PatchStatus::not_found;
  if (guarded && found->second.revision != patch.revision) return PatchStatus::conflict;
  if (found->second.uid != patch.uid) return PatchStatus::invalid;
  NodeRecord record = found->second;
  change(record.claim, patch.claim);
  change(record.lease, patch.lease);
  change(record.vtep, patch.vtep);
  if (record == found->second) return PatchStatus::unchanged;
  commit(std::move(record), false);
  return PatchStatus::applied;
}

std::optional<std::vector<NodeRecord>> Store::list(Revision revision) const {
  if (revision < compacted_) return std::nullopt;
  std::map<std::string_view, const NodeRecord*> state;
  for (const Version& version : log_) {
    if (version.revision > revision) break;
    if (version.deleted) {
      state.erase(version.record.name);
    } else {
      state[version.record.name] = &version.record;
    }
  }
  std::vector<NodeRecord> records;
  records.reserve(state.size());
  for (const auto& [name, record] : state) records.push_back(*record);
  return records;
}

const Version* Store::next_after(Revision revision) const {
  const auto found = std::ranges::upper_bound(log_, revision, {}, &Version::revision);
  return found == log_.end() ? nullptr : &*found;
}

bool Store::has_foreign_lease(const NodeRecord& record) const {
  const auto found = foreign_leases_.find(record.name);
  return found != foreign_leases_.end() && record.lease == found->second;
}

void Store::roll_back(Revision revision) {
  const auto records = list(revision);
  if (!records) return;
  std::erase_if(log_, [&](const Version& version) { return version.revision > revision; });
  nodes_.clear();
  for (const NodeRecord& record : *records) nodes_[record.name] = record;
  ++epoch_;
  revision_ = revision / kStride * kStride + 2 + epoch_;
}

}  // namespace weft::sim
