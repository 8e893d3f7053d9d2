#include "daemon/cluster.h"

#include "daemon/version.h"
#include "subnet/kube_config_file.h"

#include <utility>

namespace weft {

Result<Cluster> open_cluster(const ClusterOptions& options) {
  auto keys = AnnotationKeys::under(options.annotation_prefix);
  if (!keys) return fail_with("--kube-annotation-prefix", keys.error());
  auto config = load_kube_config({.kubeconfig = options.kubeconfig, .context = "", .server = options.kube_api_url},
                                 process_environment);
  if (!config) return std::unexpected(config.error());
  return Cluster{std::move(*config), std::move(*keys)};
}

KubeClientOptions client_options() { return {.user_agent = kube_user_agent(version())}; }

}  // namespace weft
