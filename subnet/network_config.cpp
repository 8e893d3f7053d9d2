#include "subnet/network_config.h"

#include "subnet/ascii.h"
#include "subnet/config_reader.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <set>
#include <utility>

namespace weft {
namespace {

constexpr std::size_t kMaxBytes = 1 << 20;
constexpr int kMaxDepth = 8;
constexpr std::uint32_t kLargestVni = (1U << 24) - 1;
constexpr std::uint32_t kSmallestMtu = 1280;  // RFC 8200 section 5
constexpr std::uint32_t kVxlanOverIPv6 = 70;  // bytes of headers: IPv6 40, UDP 8, VXLAN 8, inner Ethernet 14
constexpr std::uint32_t kLargestMtu = 65535;

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
    if (event == Event::key && !open.back().insert(ascii_lower(value.get_ref<const std::string&>())).second &&
        fault.empty())
      fault = fmt::format("{} is given twice", value.get_ref<const std::string&>().substr(0, 64));
    return true;
  };
  try {
    auto document = nlohmann::json::parse(text, watch);
    if (!fault.empty()) return fail("{}", fault);
    if (!document.is_object()) return fail("is no JSON object");
    return document;
  } catch (const nlohmann::json::exception& broken) {
    // Behind nlohmann's own tag "[json.exception…] ": line, column and what was expected.
    const std::string_view what = broken.what();
    const auto tag = what.find("] ");
    return fail("is no JSON: {}", tag == std::string_view::npos ? what : what.substr(tag + 2));
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

// Ranges in which no pod can have an address.
constexpr std::pair<const char*, const char*> kUnusable[] = {
    {"0.0.0.0/8", "this network"}, {"127.0.0.0/8", "loopback"}, {"169.254.0.0/16", "link-local"},
    {"224.0.0.0/4", "multicast"},  {"::/127", "loopback"},      {"::ffff:0.0.0.0/96", "IPv4-mapped"},
    {"fe80::/10", "link-local"},   {"ff00::/8", "multicast"}};

void check_network(ConfigReader& reader, const FamilyKeys& keys, const IpPrefix& network) {
  const auto text = network.to_string();
  for (const auto& [range, name] : kUnusable)
    if (IpPrefix::parse(range).value().overlaps(network))
      reader.refuse(keys.network, text, fmt::format("must not overlap {} ({})", range, name));
  if (network.length() >= keys.longest)
    reader.refuse(keys.network, text, fmt::format("must be a /{} or wider, to have room for nodes", keys.longest - 1));
}

// A family that is switched off: what is said of it must still be well formed.
void check_unused(ConfigReader& reader, const FamilyKeys& keys) {
  if (reader.prefix(keys.network, keys.family))
    reader.warn(keys.network, fmt::format("is ignored: set Enable{} to true to use it", to_string(keys.family)));
  (void)reader.number(keys.length, 1, address_bits(keys.family));
  for (const char* key : {keys.min, keys.max}) (void)reader.address(key, keys.family);
}

std::optional<FamilyConfig> read_family(ConfigReader& reader, const FamilyKeys& keys) {
  const auto network = reader.prefix(keys.network, keys.family);
  const auto length = reader.number(keys.length, 1, address_bits(keys.family));
  if (!network) {
    reader.refuse(keys.network, "(nothing)", fmt::format("is needed while {} is enabled", to_string(keys.family)));
    return std::nullopt;
  }
  check_network(reader, keys, *network);
  if (reader.error()) return std::nullopt;

  FamilyConfig config{.network = *network};
  config.subnet_length = length.value_or(std::max(keys.default_length, network->length() + 1));
  if (config.subnet_length <= network->length() || config.subnet_length > keys.longest) {
    reader.refuse(keys.length, std::to_string(config.subnet_length),
                  fmt::format("must be from {} to {} with {} = {}", network->length() + 1, keys.longest, keys.network,
                              network->to_string()));
    return std::nullopt;
  }
  config.subnet_min = bound(reader, keys.min, config, IpPrefix::containing(network->address(), config.subnet_length));
  config.subnet_max = bound(reader, keys.max, config, IpPrefix::containing(network->last(), config.subnet_length));
  if (config.subnet_max < config.subnet_min)
    reader.refuse(keys.max, config.subnet_max.address().to_string(),
                  fmt::format("must not be before {} = {}", keys.min, config.subnet_min.address().to_string()));
  return config;
}

BackendType read_type(ConfigReader& reader) {
  const auto type = reader.text("Type").value_or("vxlan");
  for (const auto known : {BackendType::vxlan, BackendType::host_gw})
    if (same_but_for_case(type, to_string(known))) return known;
  reader.refuse("Type", type, "must be vxlan or host-gw");
  return BackendType::vxlan;
}

// Flannel's keys that have nothing to switch here.
void warn_of_flannels(ConfigReader& reader, std::initializer_list<std::pair<const char*, const char*>> keys) {
  for (const auto& [key, what] : keys)
    if (reader.has(key)) reader.warn(key, fmt::format("has no effect: {}", what));
}

BackendConfig read_backend(ConfigReader& reader, bool v6) {
  BackendConfig backend{.type = read_type(reader)};
  const bool vxlan = backend.type == BackendType::vxlan;
  backend.vni = reader.number("VNI", 1, kLargestVni).value_or(backend.vni);
  const auto port = reader.number("Port", 0, 65535).value_or(0);
  if (port != 0) backend.port = static_cast<std::uint16_t>(port);
  const auto mtu = reader.number("MTU", 0, kLargestMtu).value_or(0);
  const auto least = v6 && vxlan ? kSmallestMtu + kVxlanOverIPv6 : kSmallestMtu;
  if (mtu != 0) backend.mtu = mtu;
  if (mtu != 0 && mtu < least)
    reader.refuse("MTU", std::to_string(mtu), fmt::format("must be from {} to {}", least, kLargestMtu));
  backend.direct_routing = reader.flag("DirectRouting").value_or(false);
  for (const char* key : {"VNI", "Port", "DirectRouting"})
    if (!vxlan && reader.has(key)) reader.warn(key, "has no effect with the host-gw backend");
  warn_of_flannels(
      reader, {{"Learning", "peers are always programmed, never learned"}, {"GBP", "Weft has no group based policy"}});
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
  if (!enable_v4 && !enable_v6) reader.refuse("EnableIPv4", "false", "IPv4 or IPv6 must be enabled");
  for (const auto& [keys, enabled] : {std::pair(kV4Keys, enable_v4), std::pair(kV6Keys, enable_v6)}) {
    auto& family = keys.family == Family::v4 ? parsed.config.v4 : parsed.config.v6;
    if (enabled) family = read_family(reader, keys);
    if (!enabled) check_unused(reader, keys);
  }
  warn_of_flannels(reader, {{"EnableNFTables", "Weft always uses nftables"}});

  const auto* backend = reader.object("Backend");
  const auto none = nlohmann::json::object();
  ConfigReader nested(backend ? *backend : none, "Backend.");
  parsed.config.backend = read_backend(nested, enable_v6);
  for (const auto* part : {&reader, &nested}) {
    if (const auto& error = part->error()) return std::unexpected(*error);
    std::ranges::copy(part->warnings(), std::back_inserter(parsed.warnings));
  }
  return parsed;
}

}  // namespace weft
