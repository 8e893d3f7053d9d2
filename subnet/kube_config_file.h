// Finds and reads the kubeconfig, or falls back to the pod's ServiceAccount.
//
// Part of the I/O target (yaml-cpp). Blocking reads of small files; call it at start.
#pragma once

#include "subnet/kube_config.h"

#include <string>
#include <string_view>

namespace weft {

struct KubeConfigOptions {
  std::string kubeconfig;  // --kubeconfig; must exist when set
  std::string context;     // --context; current-context when empty
  std::string server;      // --kube-api-url; replaces the server's URL
};

// In this order: `kubeconfig`; $KUBECONFIG (of a list the first file that exists, not merged); in-cluster;
// $HOME/.kube/config. The error when there is none says what was tried.
[[nodiscard]] Result<KubeConfig> load_kube_config(const KubeConfigOptions& options, const Environment& environment);

// The process's environment.
[[nodiscard]] std::string process_environment(const char* name);

// `text` is the YAML of a kubeconfig at `path`; relative file names in it are relative to path's directory.
// Limits: 1 MiB of text. Errors name file, field, value and remedy, never a secret.
[[nodiscard]] Result<KubeConfig> parse_kube_config(std::string_view text, const std::string& path,
                                                   std::string_view context);

}  // namespace weft
