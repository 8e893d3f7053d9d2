// The two patch formats Weft uses, on plain JSON. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace weft::test {

// RFC 7386.
[[nodiscard]] nlohmann::json merge_patch(nlohmann::json target, const nlohmann::json& patch);

// Kubernetes' strategic merge patch for a Node: as a merge patch, but the lists status.conditions, status.addresses
// (key `type`), spec.taints is replaced, and `$patch: delete|replace` works. New list entries go to the front, as
// the real server puts them.
[[nodiscard]] nlohmann::json strategic_merge_patch(nlohmann::json target, const nlohmann::json& patch);

}  // namespace weft::test
