// `weftd debug leases --kubeconfig`: the lease table straight from the API server, without any daemon.
#pragma once

#include "daemon/cluster.h"
#include "subnet/result.h"

#include <string>

namespace weft {

// The JSON of the dataset "leases". One LIST; blocks for at most a minute.
[[nodiscard]] Result<std::string> cluster_leases(Cluster cluster, const std::string& annotation_prefix);

}  // namespace weft
