// The requests of a reflector, as the API wants them (apimachinery meta/internalversion/validation).
#pragma once

#include "subnet/kube_request.h"

#include <chrono>
#include <string_view>

namespace weft {

struct ReflectorOptions;

// One page. Without a token it starts a quorum list: no resourceVersion at all.
[[nodiscard]] KubeRequest list_request(const ReflectorOptions& options, View view, std::string_view continue_token);
// From a revision on.
[[nodiscard]] KubeRequest watch_request(const ReflectorOptions& options, View view, std::string_view revision,
                                        std::chrono::seconds timeout);
// The present objects first, as ADDED events, then a bookmark, then the changes.
[[nodiscard]] KubeRequest watch_list_request(const ReflectorOptions& options, View view, std::chrono::seconds timeout);

}  // namespace weft
