// Node as a resource: which fields Weft cuts out of it.
//
// A value to hand to WatchDecoder, Reflector and ResourceWatch.
#pragma once

#include "subnet/event_scanner.h"
#include "subnet/node_record.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

class NodeResource {
 public:
  using Object = RawNode;

  // `annotation_prefix` as in "weft.network": annotations "<prefix>/…" are kept, 32 a Node, 4,096 bytes each.
  explicit NodeResource(std::string_view annotation_prefix);

  [[nodiscard]] static std::string_view name() { return "nodes"; }
  [[nodiscard]] static std::string_view path() { return "/api/v1/nodes"; }
  [[nodiscard]] std::span<const FieldPath> fields() const { return fields_; }
  static void set(RawNode& node, unsigned id, std::string_view key, std::string_view value);

 private:
  std::vector<FieldPath> fields_;
};

}  // namespace weft
