// The JSON bodies of Weft's PATCH requests, all of them application/strategic-merge-patch+json to nodes/status.
//
// Strategic, because a plain merge patch would replace the whole list of conditions; annotations and guards work
// the same in both (k8s.io/kubernetes pkg/registry/core/node/strategy.go lets nodes/status write metadata).
#pragma once

#include "subnet/annotation_keys.h"
#include "subnet/node_patch.h"

#include <string>
#include <string_view>

namespace weft {

[[nodiscard]] std::string patch_body(const NodePatch& patch, const AnnotationKeys& keys);

// The Node's NetworkUnavailable condition. `time` is RFC 3339 in UTC ("2026-01-31T12:00:00Z").
[[nodiscard]] std::string network_condition_body(bool unavailable, std::string_view reason, std::string_view message,
                                                 std::string_view time);

// Removes every annotation of Weft's, unguarded; for `weftd cleanup`.
[[nodiscard]] std::string forget_body(const AnnotationKeys& keys);

}  // namespace weft
