// The API server of the simulation: every Node, and the log of revisions that brought them about.
//
// What the protocol rests on, and nothing more: compare-and-set on one Node, one total order of writes, lists of one
// revision, a watch that is that order. A PATCH that changes nothing is not written, as in Kubernetes.
#pragma once

#include "subnet/node_patch.h"
#include "subnet/node_record.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::sim {

struct Version {
  Revision revision = 0;
  NodeRecord record;  // of a deletion: the last state
  bool deleted = false;
};

enum class PatchStatus : std::uint8_t { applied, unchanged, conflict, not_found, invalid };

class Store {
 public:
  using Nodes = std::map<std::string, NodeRecord, std::less<>>;

  [[nodiscard]] const Nodes& nodes() const { return nodes_; }
  [[nodiscard]] const NodeRecord* find(std::string_view name) const;
  [[nodiscard]] Revision revision() const { return revision_; }
  [[nodiscard]] Revision compacted() const { return compacted_; }
  [[nodiscard]] const std::vector<Version>& log() const { return log_; }
  // Counts rollbacks; revisions of different epochs do not compare.
  [[nodiscard]] unsigned epoch() const { return epoch_; }

  void create(const std::string& name);
  void remove(std::string_view name);
  // Whoever is not the protocol. A lease written so is foreign: it is left out of what I1 promises.
  void write_foreign(NodeRecord record);
  [[nodiscard]] PatchStatus patch(std::string_view name, const NodePatch& patch, bool guarded);

  // Every Node as of `revision`; nullopt where it is compacted.
  [[nodiscard]] std::optional<std::vector<NodeRecord>> list(Revision revision) const;
  [[nodiscard]] const Version* next_after(Revision revision) const;
  [[nodiscard]] bool any_foreign_lease() const { return !foreign_leases_.empty(); }
  [[nodiscard]] bool has_foreign_lease(const NodeRecord& record) const;

  void compact(Revision revision) { compacted_ = revision; }
  // Restored from a backup: later writes are gone, and revisions go on from there. No revision is used twice, as
  // with `etcdutl snapshot restore` it could be; that would be another fault than the one simulated.
  void roll_back(Revision revision);

 private:
  void commit(NodeRecord record, bool deleted);

  Nodes nodes_;
  std::vector<Version> log_;
  Revision revision_ = 2;
  Revision compacted_ = 0;
  unsigned uids_ = 0;
  unsigned epoch_ = 0;
  std::map<std::string, Lease, std::less<>> foreign_leases_;
};

}  // namespace weft::sim
