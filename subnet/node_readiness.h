// Nodes that have been NotReady for long: whose subnets an operator can get back by deleting them.
//
// Nothing of it is kept while the daemon works: it is one list, asked for when no subnet is free. Pure.
#pragma once

#include "subnet/event_scanner.h"
#include "subnet/lease_set.h"

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

// The Ready condition of one Node.
struct NodeReadiness {
  struct Condition {
    std::string type;
    std::string status;  // "True", "False", "Unknown" (the kubelet is not heard of)
    std::string since;   // lastTransitionTime, RFC 3339

    friend bool operator==(const Condition&, const Condition&) = default;
  };
  std::string name;
  Condition ready;    // empty: the Node has none
  Condition current;  // being read

  friend bool operator==(const NodeReadiness&, const NodeReadiness&) = default;
};

// A value to hand to ResourceList; needs full Node objects.
class NodeReadinessResource {
 public:
  using Object = NodeReadiness;

  NodeReadinessResource();

  [[nodiscard]] static std::string_view name() { return "nodes"; }
  [[nodiscard]] static std::string_view path() { return "/api/v1/nodes"; }
  [[nodiscard]] std::span<const FieldPath> fields() const { return fields_; }
  static void set(NodeReadiness& node, unsigned id, std::string_view key, std::string_view value);

 private:
  std::vector<FieldPath> fields_;
};

// "n3 (10.244.7.0/24, 26 h), n5 (…) and 12 more": Nodes but `self` that hold something and have not been Ready for at
// least ten minutes, the longest first, five at most by name. Empty: there is none.
[[nodiscard]] std::string describe_silent_holders(std::span<const NodeReadiness> nodes, const LeaseSet& holders,
                                                  std::string_view self, std::chrono::sys_seconds now);

}  // namespace weft
