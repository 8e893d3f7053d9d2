#include "subnet/kube_config.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace weft {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Result<std::uint16_t> parse_port(std::string_view text) {
  unsigned port = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || port == 0 || port > 65535) {
    return fail("\"{}\" is no port: 1 to 65535", text);
  }
  return static_cast<std::uint16_t>(port);
}

bool only(std::string_view text, std::string_view extra) {
  return !text.empty() && std::ranges::all_of(text, [extra](char c) {
    return kAlphabet.substr(0, 62).find(c) != std::string_view::npos || extra.find(c) != std::string_view::npos;
  });
}

// "host", "host:port", "[v6]", "[v6]:port".
Result<> parse_authority(std::string_view text, KubeServer& server) {
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return fail("\"[\" without \"]\"");
    server.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!only(server.host, ":.%") || (!port.empty() && port[0] != ':')) return fail("\"{}\" is no host", text);
  } else {
    const auto colon = std::min(text.find(':'), text.size());
    server.host = text.substr(0, colon);
    port = text.substr(colon);
    if (!only(server.host, "-._")) return fail("\"{}\" is no host (IPv6 addresses need brackets)", text);
  }
  if (port.empty()) return {};
  const auto number = parse_port(port.substr(1));
  if (!number) return std::unexpected(number.error());
  server.port = *number;
  return {};
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

Result<KubeServer> KubeServer::parse(std::string_view url) {
  const auto refuse = [url](std::string_view why) {
    return fail("server \"{}\": {}: expected https://host:port", url, why);
  };
  KubeServer server;
  std::string_view rest = url;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
    server.tls = false;
    server.port = 80;
  } else {
    return refuse("unknown scheme");
  }
  // The URL is not repeated here: what stands before an @ may be a password.
  if (rest.find('@') != std::string_view::npos) return fail("server: user names in the URL are not supported");
  if (rest.find_first_of("?#") != std::string_view::npos || !is_printable(rest))
    return refuse("only a path may follow");
  const auto slash = std::min(rest.find('/'), rest.size());
  server.base_path = rest.substr(slash);
  while (server.base_path.ends_with('/')) server.base_path.pop_back();
  if (auto parsed = parse_authority(rest.substr(0, slash), server); !parsed) return refuse(parsed.error().message);
  return server;
}

std::string KubeServer::authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::string KubeServer::to_string() const {
  return fmt::format("{}://{}{}", tls ? "https" : "http", authority(), base_path);
}

Result<std::optional<KubeConfig>> in_cluster_config(const Environment& environment, std::string_view directory) {
  const std::string host = environment("KUBERNETES_SERVICE_HOST");
  const std::string port = environment("KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty()) return std::nullopt;
  KubeConfig config;
  config.origin = "in-cluster";
  config.server.host = host;
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) config.server.host = host.substr(1, host.size() - 2);
  if (!only(config.server.host, "-._:%")) return fail("KUBERNETES_SERVICE_HOST \"{}\" is no host", host);
  const auto number = parse_port(port);
  if (!number) return fail_with("KUBERNETES_SERVICE_PORT", number.error());
  config.server.port = *number;
  config.token_file = fmt::format("{}/token", directory);
  config.ca.file = fmt::format("{}/ca.crt", directory);
  return config;
}

Result<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int have = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos || padding > 0) return fail("not base64 at digit {}", digits + padding + 1);
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    have += 6;
    ++digits;
    if (have >= 8) {
      have -= 8;
      bytes += static_cast<char>((bits >> static_cast<unsigned>(have)) & 0xffU);
    }
  }
  if ((digits + padding) % 4 != 0 || padding > 2) return fail("not base64: {} digits", digits + padding);
  return bytes;
}

std::string encode_base64(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    const auto size = std::min<std::size_t>(3, bytes.size() - at);
    for (std::size_t i = 0; i < 3; ++i) {
      group = (group << 8U) | (i < size ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) text += i <= size ? kAlphabet[(group >> (18U - 6U * i)) & 63U] : '=';
  }
  return text;
}

}  // namespace weft
