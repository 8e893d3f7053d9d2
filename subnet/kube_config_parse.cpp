// The YAML of a kubeconfig (client-go tools/clientcmd/api/v1/types.go) as a KubeConfig.
#include "subnet/kube_config_file.h"
#include "subnet/yaml_reader.h"

#include <filesystem>

namespace weft {
namespace {

constexpr std::size_t kMaxText = 1024 * 1024;

// Relative names are relative to the kubeconfig.
std::string beside(const std::string& kubeconfig, const std::string& name) {
  if (name.empty() || name.front() == '/') return name;
  return (std::filesystem::path(kubeconfig).parent_path() / name).string();
}

// contexts, clusters and users are lists of {name, <singular>}.
Result<YamlReader> find_named(YamlReader& root, const char* list, const char* singular, const std::string& name) {
  std::string known;
  for (const auto& entry : root.list(list)) {
    YamlReader reader(entry, fmt::format("{}: {}", root.where(), list));
    const auto found = reader.text("name");
    if (found == name) return YamlReader(entry[singular], fmt::format("{}: {}[{}]", root.where(), list, name));
    known += (known.empty() ? "" : ", ") + found;
  }
  return fail("{}: {} has no \"{}\"; it has: {}", root.where(), list, name, known.empty() ? "nothing" : known);
}

PemSource read_pem(YamlReader& reader, const char* file_key, const char* data_key, const std::string& path) {
  PemSource source;
  source.file = beside(path, reader.text(file_key));
  const auto encoded = reader.text(data_key);
  if (encoded.empty()) return source;
  auto decoded = decode_base64(encoded);
  if (!decoded || decoded->empty()) {
    reader.refuse(data_key, "must be base64 of PEM text");
    return source;
  }
  source.data = std::move(*decoded);
  return source;
}

Result<> read_cluster(YamlReader cluster, const std::string& path, KubeConfig& config) {
  const auto url = cluster.text("server");
  if (url.empty()) return fail("{}.server: missing: expected https://host:port", cluster.where());
  auto server = KubeServer::parse(url);
  if (!server) return fail_with(cluster.where(), server.error());
  config.server = std::move(*server);
  config.tls_server_name = cluster.text("tls-server-name");
  config.insecure_skip_tls_verify = cluster.flag("insecure-skip-tls-verify");
  config.ca = read_pem(cluster, "certificate-authority", "certificate-authority-data", path);
  if (cluster.has("proxy-url")) cluster.refuse("proxy-url", "proxies are not supported: name the API server itself");
  if (config.insecure_skip_tls_verify && !config.ca.empty()) {
    cluster.refuse("insecure-skip-tls-verify", "contradicts certificate-authority: remove one of them");
  }
  return cluster.problem();
}

void read_impersonation(YamlReader& user, KubeConfig& config) {
  if (user.has("as")) config.impersonate.emplace_back("Impersonate-User", user.text("as"));
  if (user.has("as-uid")) config.impersonate.emplace_back("Impersonate-Uid", user.text("as-uid"));
  for (const auto& group : user.list("as-groups")) {
    if (!group.IsScalar()) return user.refuse("as-groups", "must be a list of strings");
    config.impersonate.emplace_back("Impersonate-Group", group.Scalar());
  }
  if (user.has("as-user-extra")) user.refuse("as-user-extra", "is not supported");
}

Result<ExecPlugin> read_exec(YamlReader exec, const std::string& path) {
  ExecPlugin plugin;
  plugin.api_version = exec.text("apiVersion");
  plugin.command = exec.text("command");
  plugin.install_hint = exec.text("installHint");
  plugin.provide_cluster_info = exec.flag("provideClusterInfo");
  if (plugin.command.find('/') != std::string::npos) plugin.command = beside(path, plugin.command);
  if (plugin.command.empty()) exec.refuse("command", "is missing");
  for (const auto& arg : exec.list("args")) {
    if (!arg.IsScalar()) exec.refuse("args", "must be a list of strings");
    if (arg.IsScalar()) plugin.args.push_back(arg.Scalar());
  }
  for (const auto& entry : exec.list("env")) {
    YamlReader variable(entry, exec.where() + ".env");
    plugin.env.emplace_back(variable.text("name"), variable.text("value"));
    if (plugin.env.back().first.empty()) variable.refuse("name", "is missing");
    if (auto good = variable.problem(); !good) return std::unexpected(good.error());
  }
  if (plugin.api_version != "client.authentication.k8s.io/v1" &&
      plugin.api_version != "client.authentication.k8s.io/v1beta1") {
    exec.refuse("apiVersion", "must be client.authentication.k8s.io/v1 or v1beta1");
  }
  if (exec.text("interactiveMode") == "Always") {
    exec.refuse("interactiveMode", "Always needs a terminal, which a daemon has not: use Never or IfAvailable");
  }
  if (auto good = exec.problem(); !good) return std::unexpected(good.error());
  return plugin;
}

Result<> read_user(YamlReader user, const std::string& path, KubeConfig& config) {
  config.token = user.text("token");
  config.token_file = beside(path, user.text("tokenFile"));
  config.username = user.text("username");
  config.password = user.text("password");
  config.client_certificate = read_pem(user, "client-certificate", "client-certificate-data", path);
  config.client_key = read_pem(user, "client-key", "client-key-data", path);
  if (config.client_certificate.empty() != config.client_key.empty()) {
    user.refuse("client-certificate", "and client-key must be given together");
  }
  read_impersonation(user, config);
  if (user.has("auth-provider")) {
    user.refuse("auth-provider", "is no longer part of Kubernetes: use exec, a token or a client certificate");
  }
  if (user.has("exec")) {
    auto exec = read_exec(user.child("exec"), path);
    if (!exec) return std::unexpected(exec.error());
    config.exec = std::move(*exec);
  }
  return user.problem();
}

Result<KubeConfig> read_root(YamlReader root, const std::string& path, std::string_view context) {
  const std::string name = context.empty() ? root.text("current-context") : std::string(context);
  if (auto good = root.problem(); !good) return std::unexpected(good.error());
  if (name.empty()) return fail("{}: current-context is not set: set it or name a context", root.where());
  auto chosen = find_named(root, "contexts", "context", name);
  if (!chosen) return std::unexpected(chosen.error());
  KubeConfig config;
  config.origin = fmt::format("kubeconfig {}, context {}", path, name);
  auto cluster = find_named(root, "clusters", "cluster", chosen->text("cluster"));
  if (!cluster) return std::unexpected(cluster.error());
  if (auto read = read_cluster(*cluster, path, config); !read) return std::unexpected(read.error());
  const auto user_name = chosen->text("user");
  if (!user_name.empty()) {
    auto user = find_named(root, "users", "user", user_name);
    if (!user) return std::unexpected(user.error());
    if (auto read = read_user(*user, path, config); !read) return std::unexpected(read.error());
  }
  return config;
}

}  // namespace

Result<KubeConfig> parse_kube_config(std::string_view text, const std::string& path, std::string_view context) {
  if (text.size() > kMaxText) return fail("kubeconfig {}: longer than {} bytes", path, kMaxText);
  try {
    return read_root(YamlReader(YAML::Load(std::string(text)), "kubeconfig " + path), path, context);
  } catch (const YAML::Exception& error) {
    // Only the position: the parser's message may quote the text.
    return fail("kubeconfig {}: line {}, column {}: not YAML", path, error.mark.line + 1, error.mark.column + 1);
  }
}

}  // namespace weft
