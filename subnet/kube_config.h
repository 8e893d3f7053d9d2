// Where the API server is and how to prove who we are: the values of a kubeconfig or of a pod's ServiceAccount.
//
// Plain values; nothing is opened here but the kubeconfig itself. Key material and tokens named by file are read
// later, and again whenever they change (kube_credentials.h). Sources: client-go clientcmd and rest/config.go.
#pragma once

#include "subnet/result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft {

struct KubeServer {
  bool tls = true;
  std::string host;  // name or address, IPv6 without brackets
  std::uint16_t port = 443;
  std::string base_path;  // "" or "/prefix"

  // "https://host:6443/prefix"; a query, a fragment or user information is an error.
  [[nodiscard]] static Result<KubeServer> parse(std::string_view url);
  [[nodiscard]] std::string authority() const;  // "[fd00::1]:6443", the Host header
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const KubeServer&, const KubeServer&) = default;
};

// PEM text given in place, or the file that holds it. Data wins over a file, as in client-go.
struct PemSource {
  std::string data;
  std::string file;

  [[nodiscard]] bool empty() const { return data.empty() && file.empty(); }
  friend bool operator==(const PemSource&, const PemSource&) = default;
};

// users[].user.exec: a program that prints an ExecCredential.
struct ExecPlugin {
  std::string api_version;  // client.authentication.k8s.io/v1 or v1beta1
  std::string command;      // with a slash: relative to the kubeconfig; else looked up in PATH
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  bool provide_cluster_info = false;
  std::string install_hint;

  friend bool operator==(const ExecPlugin&, const ExecPlugin&) = default;
};

struct KubeConfig {
  std::string origin;  // for messages: "in-cluster", "kubeconfig /root/.kube/config, context kind"
  KubeServer server;
  std::string tls_server_name;            // verify the certificate for this name instead of server.host
  bool insecure_skip_tls_verify = false;  // only when the kubeconfig says so; then a warning too
  PemSource ca;                           // empty: the system's authorities
  PemSource client_certificate;
  PemSource client_key;
  std::string token;
  std::string token_file;  // wins over token
  std::string username;
  std::string password;
  // Impersonation headers (as, as-uid, as-groups), in order.
  std::vector<std::pair<std::string, std::string>> impersonate;
  std::optional<ExecPlugin> exec;
  std::vector<std::string> warnings;  // one line each, for the log at start

  friend bool operator==(const KubeConfig&, const KubeConfig&) = default;
};

// Reads an environment variable; "" where it is not set.
using Environment = std::function<std::string(const char*)>;

// A pod's ServiceAccount: KUBERNETES_SERVICE_HOST and _PORT, token and CA under `directory`. nullopt when the
// variables are not set. They are opened later: a missing CA is an error then, never a connection without it.
inline constexpr std::string_view kServiceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";
[[nodiscard]] Result<std::optional<KubeConfig>> in_cluster_config(
    const Environment& environment, std::string_view directory = kServiceAccountDirectory);

// RFC 4648 with padding, white space skipped: the *-data fields of a kubeconfig.
[[nodiscard]] Result<std::string> decode_base64(std::string_view text);
[[nodiscard]] std::string encode_base64(std::string_view bytes);

}  // namespace weft
