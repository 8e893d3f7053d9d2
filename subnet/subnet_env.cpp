#include "subnet/subnet_env.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace weft {
namespace {

constexpr std::size_t kMaxBytes = 16384;
constexpr std::uint32_t kSmallestMtu = 576;  // RFC 791
constexpr std::uint32_t kLargestMtu = 65535;
constexpr std::size_t kMostDevices = 8;
constexpr std::size_t kLongestDevice = 15;  // IFNAMSIZ without the terminating 0

std::string first_host(const IpPrefix& subnet) {
  return fmt::format("{}/{}", subnet.host(1).value_or(subnet.address()).to_string(), subnet.length());
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// For messages: no line of a broken file is worth more.
std::string_view shown(std::string_view value) { return value.substr(0, 64); }

std::string_view unquoted(std::string_view value) {
  const bool quoted =
      value.size() >= 2 && value.front() == value.back() && (value.front() == '"' || value.front() == '\'');
  return quoted ? value.substr(1, value.size() - 2) : value;
}

// What the lines say, before it is known whether they belong together.
struct Fields {
  std::optional<IpPrefix> network, subnet, network6, subnet6;
  std::optional<std::uint32_t> mtu, mtu6;
  std::optional<bool> ip_masq;
  std::vector<std::string> devices;
};

Result<std::optional<IpPrefix>> read_prefix(std::string_view value, Family family, bool host_bits) {
  if (value.empty()) return std::nullopt;  // Flannel leaves the other family's keys out or empty
  const auto slash = value.find('/');
  const auto address = IpAddress::parse(value.substr(0, slash));
  if (!address) return std::unexpected(address.error());
  if (address->family() != family) return fail("\"{}\" is no {} prefix", shown(value), to_string(family));
  if (!host_bits) return IpPrefix::parse(value);
  // The value is an address of the block; its length must still be one.
  const auto length = IpPrefix::parse(fmt::format(
      "{}{}", family == Family::v4 ? "0.0.0.0" : "::", slash == std::string_view::npos ? "" : value.substr(slash)));
  if (!length) return fail("\"{}\" is no prefix: write it as address/length", shown(value));
  return IpPrefix::containing(*address, length->length());
}

Result<std::optional<std::uint32_t>> read_mtu(std::string_view value) {
  std::uint32_t mtu = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), mtu);
  if (error != std::errc{} || end != value.data() + value.size() || mtu < kSmallestMtu || mtu > kLargestMtu)
    return fail("\"{}\" is no MTU from {} to {}", shown(value), kSmallestMtu, kLargestMtu);
  return mtu;
}

Result<std::optional<bool>> read_bool(std::string_view value) {
  if (value == "true") return true;
  if (value == "false") return false;
  return fail("\"{}\" is neither true nor false", shown(value));
}

Result<> read_devices(std::vector<std::string>& devices, std::string_view value) {
  devices.clear();
  while (!value.empty()) {
    const auto name = value.substr(0, value.find(','));
    if (name.empty() || name.size() > kLongestDevice || devices.size() == kMostDevices)
      return fail("\"{}\" is no list of device names", shown(value));
    devices.emplace_back(name);
    value.remove_prefix(std::min(value.size(), name.size() + 1));
  }
  return {};
}

template <class T>
Result<> store(T& field, Result<T> value) {
  if (!value) return std::unexpected(value.error());
  field = *value;
  return {};
}

Result<> read_line(Fields& fields, std::string_view key, std::string_view value) {
  if (key == "FLANNEL_NETWORK") return store(fields.network, read_prefix(value, Family::v4, false));
  if (key == "FLANNEL_SUBNET") return store(fields.subnet, read_prefix(value, Family::v4, true));
  if (key == "FLANNEL_IPV6_NETWORK") return store(fields.network6, read_prefix(value, Family::v6, false));
  if (key == "FLANNEL_IPV6_SUBNET") return store(fields.subnet6, read_prefix(value, Family::v6, true));
  if (key == "FLANNEL_MTU") return store(fields.mtu, read_mtu(value));
  if (key == "WEFT_IPV6_MTU") return store(fields.mtu6, read_mtu(value));
  if (key == "FLANNEL_IPMASQ") return store(fields.ip_masq, read_bool(value));
  if (key == "WEFT_DEVICES") return read_devices(fields.devices, value);
  return {};
}

Result<std::optional<SubnetEnv::Block>> pair(std::string_view network_key, const std::optional<IpPrefix>& network,
                                             std::string_view subnet_key, const std::optional<IpPrefix>& subnet) {
  if (network.has_value() != subnet.has_value())
    return fail("{} and {} belong together: one is missing", network_key, subnet_key);
  if (!network) return std::nullopt;
  if (!network->contains(*subnet))
    return fail("{} = {} is outside {} = {}", subnet_key, subnet->to_string(), network_key, network->to_string());
  return SubnetEnv::Block{*network, *subnet};
}

Result<SubnetEnv> assemble(Fields fields) {
  const auto v4 = pair("FLANNEL_NETWORK", fields.network, "FLANNEL_SUBNET", fields.subnet);
  if (!v4) return std::unexpected(v4.error());
  const auto v6 = pair("FLANNEL_IPV6_NETWORK", fields.network6, "FLANNEL_IPV6_SUBNET", fields.subnet6);
  if (!v6) return std::unexpected(v6.error());
  SubnetEnv env{.v4 = *v4, .v6 = *v6};
  if (!env.v4 && !env.v6) return fail("neither FLANNEL_SUBNET nor FLANNEL_IPV6_SUBNET is there");
  if (!fields.mtu) return fail("FLANNEL_MTU is missing");
  env.mtu = *fields.mtu;
  env.ipv6_mtu = fields.mtu6.value_or(0);
  env.ip_masq = fields.ip_masq.value_or(false);
  env.devices = std::move(fields.devices);
  return env;
}

}  // namespace

std::string render_subnet_env(const SubnetEnv& env) {
  std::string text;
  if (env.v4)
    text +=
        fmt::format("FLANNEL_NETWORK={}\nFLANNEL_SUBNET={}\n", env.v4->network.to_string(), first_host(env.v4->subnet));
  if (env.v6)
    text += fmt::format("FLANNEL_IPV6_NETWORK={}\nFLANNEL_IPV6_SUBNET={}\n", env.v6->network.to_string(),
                        first_host(env.v6->subnet));
  text += fmt::format("FLANNEL_MTU={}\nFLANNEL_IPMASQ={}\n", env.mtu, env.ip_masq);
  if (env.ipv6_mtu != 0) text += fmt::format("WEFT_IPV6_MTU={}\n", env.ipv6_mtu);
  if (!env.devices.empty()) text += fmt::format("WEFT_DEVICES={}\n", fmt::join(env.devices, ","));
  return text;
}

Result<SubnetEnv> parse_subnet_env(std::string_view text) {
  if (text.size() > kMaxBytes) return fail("is {} bytes long, at most {} are read", text.size(), kMaxBytes);
  Fields fields;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    auto line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.starts_with("export ")) line = trimmed(line.substr(7));
    if (line.empty() || line.front() == '#') continue;
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return fail("line {}: \"{}\" is no KEY=value", number, shown(line));
    const auto key = trimmed(line.substr(0, equals));
    if (const auto read = read_line(fields, key, unquoted(trimmed(line.substr(equals + 1)))); !read)
      return fail("line {}: {}: {}", number, key, read.error().message);
  }
  return assemble(std::move(fields));
}

}  // namespace weft
