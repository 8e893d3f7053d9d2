// A NodeRecord in about a third of the space; its name is the caller's key.
//
// LeaseSet keeps one for each Node of the cluster. What every ordinary Node has is packed: a UUID, at most one lease
// bound to it, a vtep, a podCIDR for each family. A record with anything else (a claim under way, a foreign lease,
// problems …) is kept as it came; there are few of those at a time. record() gives back exactly what went in.
#pragma once

#include "subnet/lease_snapshot.h"
#include "subnet/node_record.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

namespace weft {

struct PackedNode {
  std::array<std::uint8_t, 16> uid{};
  Revision revision = 0;
  Revision rev4 = 0;
  Revision rev6 = 0;
  Subnets lease;  // with neither family: no lease
  Subnets pod_cidrs;
  std::optional<Vtep> vtep;
  LeaseSource source = LeaseSource::claim;
  bool deleting = false;
  bool has_spec = false;
};

class CompactNode {
 public:
  // `what` is "lease", "claim", "reservation" or "podCIDR". Returning true ends the visit.
  using BlockVisitor = std::function<bool(const char* what, const IpPrefix& block)>;
  using RecordVisitor = std::function<void(const NodeRecord&)>;

  CompactNode() = default;
  explicit CompactNode(NodeRecord record);

  [[nodiscard]] NodeRecord record(std::string_view name) const;
  // Cheaper than record() where the record is kept as it came.
  void visit(std::string_view name, const RecordVisitor& visit) const;
  // Every block the Node stands on, whatever uid it is bound to.
  void visit_blocks(const BlockVisitor& visit) const;
  // A lease bound to the Node's own uid.
  [[nodiscard]] bool holds_lease() const;
  [[nodiscard]] std::optional<LeaseHolder> holder(std::string_view name) const;

 private:
  std::variant<PackedNode, std::unique_ptr<NodeRecord>> node_;
};

}  // namespace weft
