// The ExecCredential that a kubeconfig's exec plugin prints (client.authentication.k8s.io), and what it is told.
//
// Plain values. Limits: 1 MiB of JSON. Errors name the plugin and what is wrong, never what it printed.
#pragma once

#include "subnet/kube_config.h"
#include "subnet/result.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

struct ExecCredential {
  std::string token;
  std::string certificate;  // PEM
  std::string key;          // PEM
  std::optional<std::chrono::system_clock::time_point> expires;

  friend bool operator==(const ExecCredential&, const ExecCredential&) = default;
};

[[nodiscard]] Result<ExecCredential> parse_exec_credential(std::string_view json, const ExecPlugin& plugin);

// The value of KUBERNETES_EXEC_INFO. `ca` is PEM text and only told when the plugin asks for cluster information.
[[nodiscard]] std::string exec_info(const ExecPlugin& plugin, const KubeConfig& config, std::string_view ca);

}  // namespace weft
