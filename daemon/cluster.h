// What every subcommand that talks to the API server needs first.
#pragma once

#include "daemon/options.h"
#include "subnet/annotation_keys.h"
#include "subnet/kube_client.h"

namespace weft {

struct Cluster {
  KubeConfig config;
  AnnotationKeys keys;
};

// Reads the kubeconfig; nothing is connected. Errors are configuration errors.
[[nodiscard]] Result<Cluster> open_cluster(const ClusterOptions& options);
[[nodiscard]] KubeClientOptions client_options();

}  // namespace weft
