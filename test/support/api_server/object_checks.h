// The checks of object_rules.h, one a function: nothing, or the refusal.
#pragma once

#include "test/support/api_server/reply.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace weft::test {

// Types of metadata's fields, sizes and names of annotations, spec.podCIDRs. `object` is how messages call it,
// e.g. `Node "a"`.
[[nodiscard]] std::optional<Reply> check_metadata_types(const nlohmann::json& object);
[[nodiscard]] std::optional<Reply> check_name(const nlohmann::json& metadata, const std::string& object,
                                              const StatusDetails& details);
[[nodiscard]] std::optional<Reply> check_annotations(const nlohmann::json& metadata, const std::string& object,
                                                     const StatusDetails& details);
[[nodiscard]] std::optional<Reply> check_pod_cidrs(const nlohmann::json& object, const std::string& name,
                                                   const StatusDetails& details);

}  // namespace weft::test
