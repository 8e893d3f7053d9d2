#include "subnet/exec_credential.h"

#include "subnet/json_text.h"
#include "subnet/rfc3339.h"

#include <nlohmann/json.hpp>

namespace weft {
namespace {

constexpr std::size_t kMaxJson = 1024 * 1024;

// The clock counts nanoseconds and so ends in 2262; plugins write 9999 for "never".
std::chrono::system_clock::time_point within_clock(std::chrono::sys_seconds time) {
  using Time = std::chrono::system_clock::time_point;
  if (time > std::chrono::floor<std::chrono::seconds>(Time::max())) return Time::max();
  if (time < std::chrono::ceil<std::chrono::seconds>(Time::min())) return Time::min();
  return time;
}

Result<std::string> text_of(const nlohmann::json& status, const char* key, const ExecPlugin& plugin) {
  const auto found = status.find(key);
  if (found == status.end() || found->is_null()) return std::string();
  if (!found->is_string()) return fail("exec plugin {}: status.{} is no string", plugin.command, key);
  return found->get<std::string>();
}

Result<ExecCredential> read_status(const nlohmann::json& status, const ExecPlugin& plugin) {
  auto token = text_of(status, "token", plugin);
  auto certificate = text_of(status, "clientCertificateData", plugin);
  auto key = text_of(status, "clientKeyData", plugin);
  auto expires = text_of(status, "expirationTimestamp", plugin);
  for (const auto* read : {&token, &certificate, &key, &expires}) {
    if (!*read) return std::unexpected(read->error());
  }
  if (token->empty() && certificate->empty()) {
    return fail("exec plugin {}: status has neither token nor clientCertificateData", plugin.command);
  }
  if (certificate->empty() != key->empty()) {
    return fail("exec plugin {}: clientCertificateData and clientKeyData belong together", plugin.command);
  }
  ExecCredential credential{std::move(*token), std::move(*certificate), std::move(*key), std::nullopt};
  if (expires->empty()) return credential;
  const auto time = parse_rfc3339(*expires);
  if (!time) return fail("exec plugin {}: status.expirationTimestamp is no time", plugin.command);
  credential.expires = within_clock(*time);
  return credential;
}

}  // namespace

Result<ExecCredential> parse_exec_credential(std::string_view json, const ExecPlugin& plugin) {
  if (json.size() > kMaxJson) return fail("exec plugin {}: more than {} bytes of output", plugin.command, kMaxJson);
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object()) return fail("exec plugin {}: its output is no JSON object", plugin.command);
  const auto field = [&parsed](const char* key) {
    const auto found = parsed.find(key);
    return found != parsed.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (field("kind") != "ExecCredential" || field("apiVersion") != plugin.api_version) {
    return fail("exec plugin {}: its output is no ExecCredential of {}", plugin.command, plugin.api_version);
  }
  const auto status = parsed.find("status");
  if (status == parsed.end() || !status->is_object()) {
    return fail("exec plugin {}: the ExecCredential has no status", plugin.command);
  }
  return read_status(*status, plugin);
}

std::string exec_info(const ExecPlugin& plugin, const KubeConfig& config, std::string_view ca) {
  nlohmann::json spec{{"interactive", false}};
  if (plugin.provide_cluster_info) {
    spec["cluster"] = {{"server", config.server.to_string()}};
    if (!ca.empty()) spec["cluster"]["certificate-authority-data"] = encode_base64(ca);
    if (!config.tls_server_name.empty()) spec["cluster"]["tls-server-name"] = config.tls_server_name;
    if (config.insecure_skip_tls_verify) spec["cluster"]["insecure-skip-tls-verify"] = true;
  }
  return json_text(nlohmann::json{{"apiVersion", plugin.api_version}, {"kind", "ExecCredential"}, {"spec", spec}});
}

}  // namespace weft
