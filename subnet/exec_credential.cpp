#include "subnet/exec_credential.h"

#include "subnet/json_text.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace weft {
namespace {

constexpr std::size_t kMaxJson = 1024 * 1024;

// `count` digits at `at`, moving on; -1 when they are not there.
int take_digits(std::string_view text, std::size_t& at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const char c = text[at + i];
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  at += count;
  return number;
}

bool take(std::string_view text, std::size_t& at, char wanted) {
  if (at >= text.size() || text[at] != wanted) return false;
  ++at;
  return true;
}

// "Z", "+02:00"; minutes east of UTC.
std::optional<int> take_offset(std::string_view text, std::size_t& at) {
  if (take(text, at, 'Z')) return 0;
  const int sign = take(text, at, '+') ? 1 : take(text, at, '-') ? -1 : 0;
  const int hours = take_digits(text, at, 2);
  if (sign == 0 || hours < 0 || hours > 23 || !take(text, at, ':')) return std::nullopt;
  const int minutes = take_digits(text, at, 2);
  if (minutes < 0 || minutes > 59) return std::nullopt;
  return sign * (hours * 60 + minutes);
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
  credential.expires = parse_rfc3339(*expires);
  if (!credential.expires) return fail("exec plugin {}: status.expirationTimestamp is no time", plugin.command);
  return credential;
}

}  // namespace

std::optional<std::chrono::system_clock::time_point> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  std::size_t at = 0;
  const int y = take_digits(text, at, 4);
  if (!take(text, at, '-')) return std::nullopt;
  const int m = take_digits(text, at, 2);
  if (!take(text, at, '-')) return std::nullopt;
  const int d = take_digits(text, at, 2);
  const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  if (y < 0 || m < 0 || d < 0 || !date.ok() || !take(text, at, 'T')) return std::nullopt;
  const int hour = take_digits(text, at, 2);
  if (!take(text, at, ':')) return std::nullopt;
  const int minute = take_digits(text, at, 2);
  if (!take(text, at, ':')) return std::nullopt;
  const int second = take_digits(text, at, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return std::nullopt;
  if (take(text, at, '.')) at = std::min(text.find_first_not_of("0123456789", at), text.size());
  const auto offset = take_offset(text, at);
  if (!offset || at != text.size()) return std::nullopt;
  return sys_days(date) + hours(hour) + minutes(minute) + seconds(second) - minutes(*offset);
}

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
