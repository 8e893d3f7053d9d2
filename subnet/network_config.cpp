#include "subnet/network_config.h"

#include "subnet/config_reader.h"

#include <algorithm>
#include <set>

namespace weft {
namespace {

constexpr std::size_t kMaxBytes = 1 << 20;
constexpr int kMaxDepth = 8;
constexpr std::uint32_t kLargestVni = (1U << 24) - 1;
constexpr std::uint32_t kSmallestMtu = 1280;  // RFC 8200 section 5
constexpr std::uint32_t kLargestMtu = 65535;

std::string folded(std::string_view key) {
  std::string name(key);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

// A document whose keys are unique in each object; nlohmann would silently keep the last of two.
Result<nlohmann::json> parse_document(std::string_view text) {
  if (text.size() > kMaxBytes) return fail("is {} bytes long, at most {} are read", text.size(), kMaxBytes);
  std::vector<std::set<std::string>> open;
  std::string fault;
  const auto watch = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& value) {
    using Event = nlohmann::json::parse_event_t;
    if (depth > kMaxDepth && fault.empty()) fault = fmt::format("is nested deeper than {} levels", kMaxDepth);
    if (event == Event::object_start) open.emplace_back();
    if (event == Event::object_end) open.pop_back();
    if (event == Event::key && !open.back().insert(folded(value.get_ref<const std::string&>())).second && fault.empty())
      fault = fmt::format("{} is given twice", value.get_ref<const std::string&>().substr(0, 64));
    return true;
  };
  try {
    auto document = nlohmann::json::parse(text, watch);
    if (!fault.empty()) return fail("{}", fault);
    if (!document.is_object()) return fail("is no JSON object");
    return document;
  } catch (const nlohmann::json::exception& broken) {
    return fail("is no JSON: {}", broken.what());
  }
}

struct FamilyKeys {
  Family family;
  const char* network;
  const char* length;
  const char* min;
  const char* max;
  unsigned default_length;
  unsigned longest;  // room for the node's own address and a pod
};
constexpr FamilyKeys kV4Keys{Family::v4, "Network", "SubnetLen", "SubnetMin", "SubnetMax", 24, 30};
constexpr FamilyKeys kV6Keys{Family::v6, "IPv6Network", "IPv6SubnetLen", "IPv6SubnetMin", "IPv6SubnetMax", 64, 126};

// SubnetMin and SubnetMax name a block by its first address.
IpPrefix bound(ConfigReader& reader, const char* key, const FamilyConfig& config, const IpPrefix& otherwise) {
  const auto address = reader.address(key, config.network.family());
  if (!address) return otherwise;
  const auto block = IpPrefix::containing(*address, config.subnet_length);
  if (block.address() != *address)
    reader.refuse(key, address->to_string(),
                  fmt::format("must be the first address of a /{}: did you mean {}?", config.subnet_length,
                              block.address().to_string()));
  if (!config.network.contains(block))
    reader.refuse(key, address->to_string(), fmt::format("must be inside {}", config.network.to_string()));
  return block;
}

std::optional<FamilyConfig> read_family(ConfigReader& reader, const FamilyKeys& keys, bool enabled) {
  const auto network = reader.prefix(keys.network, keys.family);
  const auto length = reader.number(keys.length, 1, address_bits(keys.family));
  if (!network || !enabled) {
    if (enabled)
      reader.refuse(keys.network, "(nothing)", fmt::format("is needed while {} is enabled", to_string(keys.family)));
    for (const char* key : {keys.min, keys.max}) (void)reader.address(key, keys.family);
    return std::nullopt;
  }
  FamilyConfig config{.network = *network};
  config.subnet_length = length.value_or(std::max(keys.default_length, network->length() + 1));
  if (config.subnet_length <= network->length() || config.subnet_length > keys.longest) {
    reader.refuse(keys.length, std::to_string(config.subnet_length),
                  fmt::format("must be from {} to {} with {} = {}", network->length() + 1, keys.longest, keys.network,
                              network->to_string()));
    return std::nullopt;
  }
  const auto last = config.network.block_count(config.subnet_length) - 1;
  config.subnet_min = bound(reader, keys.min, config, config.network.block(config.subnet_length, 0));
  config.subnet_max = bound(reader, keys.max, config, config.network.block(config.subnet_length, last));
  if (config.subnet_max < config.subnet_min)
    reader.refuse(keys.max, config.subnet_max.address().to_string(),
                  fmt::format("must not be before {} = {}", keys.min, config.subnet_min.address().to_string()));
  return config;
}

BackendConfig read_backend(ConfigReader& reader) {
  BackendConfig backend;
  const auto type = reader.text("Type").value_or("vxlan");
  if (folded(type) == to_string(BackendType::host_gw)) {
    backend.type = BackendType::host_gw;
  } else if (folded(type) != to_string(BackendType::vxlan)) {
    reader.refuse("Type", type, "must be vxlan or host-gw");
  }
  backend.vni = reader.number("VNI", 1, kLargestVni).value_or(backend.vni);
  backend.port = static_cast<std::uint16_t>(reader.number("Port", 0, 65535).value_or(0));
  if (backend.port == 0) backend.port = BackendConfig{}.port;  // Flannel's 0: the kernel's default, 8472
  backend.mtu = reader.number("MTU", kSmallestMtu, kLargestMtu);
  backend.direct_routing = reader.flag("DirectRouting").value_or(false);
  return backend;
}

}  // namespace

Result<ParsedNetworkConfig> parse_network_config(std::string_view text) {
  const auto document = parse_document(text);
  if (!document) return std::unexpected(document.error());

  ParsedNetworkConfig parsed;
  ConfigReader reader(*document, "");
  const bool enable_v4 = reader.flag("EnableIPv4").value_or(true);
  const bool enable_v6 = reader.flag("EnableIPv6").value_or(false);
  parsed.config.v4 = read_family(reader, kV4Keys, enable_v4);
  parsed.config.v6 = read_family(reader, kV6Keys, enable_v6);
  if (!enable_v4 && !enable_v6) reader.refuse("EnableIPv4", "false", "IPv4 or IPv6 must be enabled");
  if (!enable_v6 && document->contains("IPv6Network"))
    parsed.warnings.emplace_back("IPv6Network is ignored: set EnableIPv6 to true to use it");

  if (const auto* backend = reader.object("Backend")) {
    ConfigReader nested(*backend, "Backend.");
    parsed.config.backend = read_backend(nested);
    if (nested.error()) return std::unexpected(*nested.error());
    std::ranges::copy(nested.unknown_keys(), std::back_inserter(parsed.warnings));
  }
  if (reader.error()) return std::unexpected(*reader.error());
  std::ranges::copy(reader.unknown_keys(), std::back_inserter(parsed.warnings));
  return parsed;
}

}  // namespace weft
