// Every Node of the cluster as far as Weft cares, kept current from one list-and-watch stream.
//
// Owns: one compact entry a Node (about 300 bytes, compact_node.h). Threading: the reactor thread. Order matters:
// entries are applied in the order of the stream, so that a question asked right after upsert(r) is answered for the
// state at r's revision; the lease protocol's judgement depends on it. A list (begin_list … end_list) replaces: Nodes
// not seen in between are dropped at end_list. Until the first end_list, and between begin_list and end_list of a later
// one, in_sync() is false and nothing may be judged.
#pragma once

#include "subnet/compact_node.h"
#include "subnet/lease_snapshot.h"
#include "subnet/node_record.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

// Why a block is not free.
struct Conflict {
  std::string node;
  std::string what;  // "lease", "claim", "reservation", "podCIDR"
  IpPrefix block;

  [[nodiscard]] std::string to_string() const;  // "lease 10.244.7.0/24 of node n7"
};

class LeaseSet {
 public:
  void begin_list();
  void end_list(Revision revision);
  void upsert(NodeRecord record);
  void remove(std::string_view name, Revision revision);

  [[nodiscard]] bool in_sync() const { return in_sync_; }
  [[nodiscard]] Revision revision() const { return revision_; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] std::optional<NodeRecord> find(std::string_view name) const;
  void for_each(const std::function<void(const NodeRecord&)>& visit) const;

  // Does any Node but `self` have a claim, a lease (whatever uid they are bound to), a reservation or a podCIDR that
  // overlaps `block`? Nodes with a deletionTimestamp count. A block that contains all of `network` is no valid
  // configuration and is ignored.
  [[nodiscard]] std::optional<Conflict> busy(const IpPrefix& block, std::string_view self,
                                             const IpPrefix& network) const;
  // All such blocks of one family, sorted; for picking a free one.
  [[nodiscard]] std::vector<IpPrefix> occupied(Family family, std::string_view self, const IpPrefix& network) const;

  // Boundary 1. `self` is set while the own lease is HELD or SUSPECT. Null unless in_sync(). The same snapshot as
  // before, not an equal one, where no lease and no vtep has changed since: who gets it can compare pointers, and a
  // heartbeat costs nothing. A list always makes a new one.
  [[nodiscard]] LeaseSnapshotPtr snapshot(std::string_view self_node, std::optional<LocalLease> self);

 private:
  struct Entry {
    CompactNode node;
    bool seen = false;  // in the list under way
  };
  std::map<std::string, Entry, std::less<>> nodes_;
  Revision revision_ = 0;
  std::uint64_t generation_ = 0;
  LeaseSnapshotPtr last_;  // while nothing in it has changed
  std::string last_self_;  // the own node's name it was made for
  bool in_sync_ = false;
  bool listing_ = false;
};

}  // namespace weft
