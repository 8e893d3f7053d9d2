// The sanity of CNI_NETNS, checked before anything is touched.
#pragma once

#include "cni-plugin/environment.h"
#include "cni-plugin/netns.h"

namespace weft::cni {

// For ADD and CHECK. Code 4 when CNI_NETNS is no network namespace, code 8 when it is the plugin's own.
[[nodiscard]] Outcome<Netns> open_pod_netns(const Environment& environment);

// For DEL, which must not mind a namespace that is gone: only the plugin's own is refused.
[[nodiscard]] Outcome<> refuse_own_netns(const Environment& environment);

}  // namespace weft::cni
