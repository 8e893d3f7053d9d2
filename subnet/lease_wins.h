// The blocks a node has won and not yet leased.
//
// A win holds while the block stands in the own claim or lease without a gap, whatever else is written to the Node:
// every later claim sees it. So wins are tied to a version of the own Node, `through`, up to which every version
// is known to carry them; a PATCH guarded by exactly that version cannot fall into a gap.
#pragma once

#include "subnet/node_record.h"

#include <optional>

namespace weft {

struct LeaseWin {
  IpPrefix block;
  Revision revision = 0;  // of the claim that won it

  friend bool operator==(const LeaseWin&, const LeaseWin&) = default;
};

struct LeaseWins {
  std::optional<LeaseWin> v4;
  std::optional<LeaseWin> v6;
  Revision through = 0;

  [[nodiscard]] std::optional<LeaseWin>& of(Family family) { return family == Family::v4 ? v4 : v6; }
  [[nodiscard]] const std::optional<LeaseWin>& of(Family family) const { return family == Family::v4 ? v4 : v6; }
  [[nodiscard]] bool any() const { return v4 || v6; }
  [[nodiscard]] Subnets subnets() const;

  // Does this version of the own Node have every won block in its claim or lease?
  [[nodiscard]] bool carried_by(const NodeRecord& own) const;
  // The own Node was seen at a version, with none in between missed since `through`: go along, or lose everything.
  void follow(const NodeRecord& own);
  // The own Node was seen at a version; what came in between is not known.
  void jump(const NodeRecord& own);
};

}  // namespace weft
