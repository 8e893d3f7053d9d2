// The result of ADD, in the form of the configuration's version: CNI spec 1.1.0, section 5.
#pragma once

#include "cni-plugin/json_document.h"
#include "cni-plugin/net_conf.h"
#include "cni-plugin/pod_link.h"

#include <string>

namespace weft::cni {

// What `prevResult` says already comes first, as it is, then the bridge where there is one, the host's end, the pod's
// end (with `sandbox` as CNI_NETNS has it), addresses and routes. "dns" is the configuration's where it has one, else
// the previous one's. Code 7 when prevResult is no result.
[[nodiscard]] Outcome<Json> attach_result(const NetConf& conf, const PodLink& link, const std::string& sandbox);

}  // namespace weft::cni
