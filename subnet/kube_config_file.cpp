#include "subnet/kube_config_file.h"

#include "subnet/small_file.h"

#include <cstdlib>
#include <filesystem>
#include <utility>
#include <vector>

namespace weft {
namespace {

constexpr std::size_t kMaxFile = 1024 * 1024;

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<KubeConfig> read_kube_config(const std::string& path, const std::string& context) {
  const auto text = read_small_file(path, kMaxFile);
  if (!text) return fail("kubeconfig: {}: give a file that this user can read with --kubeconfig", text.error().message);
  return parse_kube_config(*text, path, context);
}

// The files of $KUBECONFIG that exist; an error when it is set and none does.
Result<std::vector<std::string>> from_variable(const Environment& environment) {
  const std::string list = environment("KUBECONFIG");
  std::vector<std::string> files;
  std::string_view rest = list;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(':'), rest.size());
    std::string path(rest.substr(0, end));
    if (!path.empty() && exists(path)) files.push_back(std::move(path));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (files.empty() && !list.empty()) return fail("KUBECONFIG \"{}\": no such file", list);
  return files;
}

// kubectl merges them; a daemon is better told one.
Result<KubeConfig> read_first(const std::vector<std::string>& files, const std::string& context) {
  auto config = read_kube_config(files.front(), context);
  if (config && files.size() > 1) {
    config->warnings.push_back(
        fmt::format("KUBECONFIG names {} files, which are not merged: only {} is read", files.size(), files.front()));
  }
  return config;
}

Result<KubeConfig> checked_in_cluster(KubeConfig config) {
  for (const auto& path : {config.ca.file, config.token_file}) {
    const auto read = read_small_file(path, kMaxFile);
    if (!read) {
      return fail("in-cluster: {}: the pod needs its ServiceAccount's token (automountServiceAccountToken)",
                  read.error().message);
    }
  }
  return config;
}

Result<KubeConfig> find_kube_config(const KubeConfigOptions& options, const Environment& environment) {
  if (!options.kubeconfig.empty()) return read_kube_config(options.kubeconfig, options.context);
  const auto listed = from_variable(environment);
  if (!listed) return std::unexpected(listed.error());
  if (!listed->empty()) return read_first(*listed, options.context);
  auto inside = in_cluster_config(environment);
  if (!inside) return std::unexpected(inside.error());
  if (auto& found = *inside) return checked_in_cluster(std::move(*found));
  if (!options.server.empty()) {
    KubeConfig bare;
    bare.origin = "--kube-api-url";
    return bare;
  }
  const std::string home = environment("HOME");
  const std::string path = home + "/.kube/config";
  if (!home.empty() && exists(path)) return read_kube_config(path, options.context);
  return fail(
      "no way to the API server: neither --kubeconfig, KUBECONFIG, a pod's environment (KUBERNETES_SERVICE_HOST), "
      "--kube-api-url nor {}",
      path);
}

void add_warnings(KubeConfig& config) {
  if (config.insecure_skip_tls_verify) {
    config.warnings.push_back(fmt::format(
        "{}: insecure-skip-tls-verify: anybody on the way can read the token and forge the cluster", config.origin));
  }
  const bool secret = !config.token.empty() || !config.token_file.empty() || !config.username.empty();
  if (!config.server.tls && secret) {
    config.warnings.push_back(fmt::format("{}: server {} has no TLS: credentials are sent in clear text", config.origin,
                                          config.server.to_string()));
  }
}

}  // namespace

std::string process_environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

Result<KubeConfig> load_kube_config(const KubeConfigOptions& options, const Environment& environment) {
  auto config = find_kube_config(options, environment);
  if (!config) return config;
  if (!options.server.empty()) {
    auto server = KubeServer::parse(options.server);
    if (!server) return fail_with("--kube-api-url", server.error());
    config->server = std::move(*server);
  }
  add_warnings(*config);
  return config;
}

}  // namespace weft
