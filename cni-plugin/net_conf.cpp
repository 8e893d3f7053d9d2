#include "cni-plugin/net_conf.h"

#include "cni-plugin/environment.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace weft::cni {

namespace {

constexpr std::uint32_t kMinMtu = 576;  // what every IPv4 host must take (RFC 791)
constexpr std::uint32_t kMaxMtu = 65535;

bool is_valid_name(const std::string& name) {
  const auto letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || c == '_' || c == '.' || c == '-'; });
}

// An absolute path, when the key is there.
Outcome<> read_path(const Json& document, const char* key, std::string& target) {
  const Json* value = member(document, key);
  if (value == nullptr) return {};
  const std::string path = text_member(document, key);
  if (!path.starts_with('/') || path.find('\0') != std::string::npos) {
    return refuse(Code::invalid_configuration, "\"{}\" {}: must be an absolute path", key, to_text(*value));
  }
  target = path;
  return {};
}

Outcome<AttachMode> read_mode(const Json& document) {
  const Json* mode = member(document, "mode");
  if (mode == nullptr) {
    const Json* delegate = member(document, "delegate");
    return delegate == nullptr || delegate->empty() ? AttachMode::ptp : AttachMode::delegate;
  }
  if (*mode == "ptp") return AttachMode::ptp;
  if (*mode == "bridge") return AttachMode::bridge;
  if (*mode == "delegate") return AttachMode::delegate;
  return refuse(Code::invalid_configuration, "\"mode\" {}: must be \"ptp\", \"bridge\" or \"delegate\"",
                to_text(*mode));
}

Outcome<> read_bridge(const Json& document, AttachOptions& options) {
  if (const Json* name = member(document, "bridge"); name != nullptr) {
    options.bridge = text_member(document, "bridge");
    if (!is_valid_interface(options.bridge)) {
      return refuse(Code::invalid_configuration, "\"bridge\" {}: must be an interface's name, of 15 bytes at most",
                    to_text(*name));
    }
  }
  if (const Json* isolated = member(document, "isolated"); isolated != nullptr) {
    if (!isolated->is_boolean()) {
      return refuse(Code::invalid_configuration, "\"isolated\" {}: must be true or false", to_text(*isolated));
    }
    options.isolated = isolated->get<bool>();
  }
  return {};
}

// Keys whose meaning would be lost without a word.
Outcome<> check_foreign_keys(const Json& document) {
  for (const char* key : {"ipam", "delegate"}) {
    const Json* value = member(document, key);
    if (value == nullptr || value->empty()) continue;
    return refuse(Code::unsupported_field,
                  "\"{}\" {} has no meaning in modes \"ptp\" and \"bridge\": weft assigns the addresses of the "
                  "node's subnet itself; remove the key",
                  key, to_text(*value));
  }
  const Json* ranges = member(document, "runtimeConfig", "ipRanges");
  if (ranges == nullptr || ranges->empty()) return {};
  return refuse(Code::unsupported_field,
                "\"runtimeConfig\": \"ipRanges\" {} is not supported: weft assigns the addresses of the node's subnet; "
                "remove the capability \"ipRanges\" from this plugin's configuration",
                to_text(*ranges));
}

Outcome<std::optional<std::uint32_t>> read_mtu(const Json& document) {
  const Json* value = member(document, "mtu");
  // 0 is what Go plugins' configurations write for "not set".
  if (value == nullptr || *value == 0) return std::nullopt;
  if (!value->is_number_unsigned() || *value < kMinMtu || *value > kMaxMtu) {
    return refuse(Code::invalid_configuration, "\"mtu\" {}: must be a number from {} to {}", to_text(*value), kMinMtu,
                  kMaxMtu);
  }
  return value->get<std::uint32_t>();
}

}  // namespace

Outcome<NetConf> parse_net_conf(std::string_view text) {
  auto document = parse_object(text);
  if (!document) return refuse_with(Code::decode_failure, "network configuration on standard input", document.error());
  NetConf conf;
  const Json* asked = member(*document, "cniVersion");
  const auto version = parse_spec_version(asked == nullptr ? "0.1.0" : text_member(*document, "cniVersion"));
  if (!version) return std::unexpected(version.error());
  conf.version = *version;
  conf.name = text_member(*document, "name");
  if (!is_valid_name(conf.name)) {
    return refuse(Code::invalid_configuration,
                  "\"name\" \"{}\": the network needs a name that starts with a letter or "
                  "digit and goes on with those, '_', '.' and '-'",
                  conf.name);
  }
  for (const auto& read :
       {read_path(*document, "dataDir", conf.data_directory), read_path(*document, "subnetFile", conf.subnet_file)}) {
    if (!read) return std::unexpected(read.error());
  }
  conf.document = *std::move(document);
  return conf;
}

std::string requested_version(std::string_view text) {
  const auto document = parse_object(text);
  return document ? text_member(*document, "cniVersion") : std::string();
}

Outcome<AttachOptions> parse_attach_options(const NetConf& conf) {
  AttachOptions options;
  const auto mode = read_mode(conf.document);
  if (!mode) return std::unexpected(mode.error());
  options.mode = *mode;
  if (*mode == AttachMode::delegate) return options;  // the rest is the delegate's
  for (const auto& checked : {check_foreign_keys(conf.document), read_bridge(conf.document, options)}) {
    if (!checked) return std::unexpected(checked.error());
  }
  const auto mtu = read_mtu(conf.document);
  if (!mtu) return std::unexpected(mtu.error());
  options.mtu = *mtu;
  const auto bandwidth = parse_bandwidth(conf.document);
  if (!bandwidth) return std::unexpected(bandwidth.error());
  options.bandwidth = *bandwidth;
  auto mappings = parse_port_mappings(conf.document);
  if (!mappings) return std::unexpected(mappings.error());
  options.port_mappings = *std::move(mappings);
  return options;
}

}  // namespace weft::cni
