// CNI_ARGS: what a runtime says about a container beside the specification's own variables, "KEY=VALUE;KEY=VALUE".
//
// Plain values, any thread. Read as CNI's Go library does (types.LoadArgs): each pair has one '=', and a key that the
// plugin does not know is an error unless IgnoreUnknown=1 is among the pairs. Kubernetes' runtimes always say that.
#pragma once

#include "cni-plugin/failure.h"

#include <string>
#include <string_view>

namespace weft::cni {

struct CniArgs {
  std::string pod_namespace;  // K8S_POD_NAMESPACE, for people; as K8S_POD_NAME empty where the runtime does not tell
  std::string pod_name;
  std::string ip;  // IP, MAC: as they are written (fixed_addresses.h)
  std::string mac;
};

// Code 4.
[[nodiscard]] Outcome<CniArgs> parse_cni_args(std::string_view text);

}  // namespace weft::cni
