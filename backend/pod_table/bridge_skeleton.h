// The table weft-pods of nf_tables' family bridge, without its elements (bridge_guard.h says what it does).
//
// Pure: messages only. Any thread.
#pragma once

#include "backend/pod_table/port_elements.h"
#include "backend/pod_table/skeleton.h"

#include <string>
#include <vector>

namespace weft::pod_table {

// Sets: what may come by which port of a bridge.
//   sources:   link . address    of a family each
//   unchecked: link              of pods whose addresses nobody knows any more
[[nodiscard]] const char* sources_set(Family family);
inline constexpr const char* kUnchecked = "unchecked";

[[nodiscard]] Skeleton make_bridge_skeleton();

// One an address.
[[nodiscard]] std::vector<PortElement> source_elements(const Attachment& attachment);
[[nodiscard]] PortElement unchecked_element(const std::string& link);

}  // namespace weft::pod_table
