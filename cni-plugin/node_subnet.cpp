#include "cni-plugin/node_subnet.h"

#include "subnet/unique_fd.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <map>

#include <fcntl.h>

namespace weft::cni {

namespace {

constexpr std::size_t kMaxFileBytes = 4096;

using Variables = std::map<std::string, std::string, std::less<>>;

Result<std::string> read_file(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return fail_errno(path, errno);
  std::array<char, kMaxFileBytes + 1> buffer{};
  const ssize_t size = ::read(fd.get(), buffer.data(), buffer.size());
  if (size < 0) return fail_errno(path, errno);
  if (static_cast<std::size_t>(size) > kMaxFileBytes) return fail("{}: more than {} bytes", path, kMaxFileBytes);
  return std::string(buffer.data(), static_cast<std::size_t>(size));
}

Variables parse_variables(std::string_view text) {
  Variables variables;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos) variables.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return variables;
}

std::string_view value_of(const Variables& variables, std::string_view name) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::string_view() : std::string_view(found->second);
}

Result<std::uint32_t> parse_mtu(const Variables& variables, std::string_view name) {
  const std::string_view text = value_of(variables, name);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return fail("{}=\"{}\" is not a number", name, text);
  return value;
}

// "10.244.7.1/24": an address of the subnet, not the subnet's own.
Result<AddressPool> parse_pool(std::string_view name, std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return fail_with(name, address.error());
  unsigned length = 0;
  const std::string_view digits = slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc() || end != digits.data() + digits.size() || length > address_bits(address->family())) {
    return fail("{}=\"{}\" has no valid prefix length", name, text);
  }
  return AddressPool::of(IpPrefix::containing(*address, length));
}

Result<NodeSubnet> parse_subnet(const Variables& variables) {
  NodeSubnet subnet;
  for (const std::string_view name : {"FLANNEL_SUBNET", "FLANNEL_IPV6_SUBNET"}) {
    const std::string_view text = value_of(variables, name);
    if (text.empty()) continue;
    const auto pool = parse_pool(name, text);
    if (!pool) return std::unexpected(pool.error());
    subnet.pools.push_back(*pool);
  }
  if (subnet.pools.empty()) return fail("neither FLANNEL_SUBNET nor FLANNEL_IPV6_SUBNET is set");
  const auto mtu = parse_mtu(variables, "FLANNEL_MTU");
  if (!mtu) return std::unexpected(mtu.error());
  subnet.mtu = *mtu;
  if (value_of(variables, "WEFT_IPV6_MTU").empty()) return subnet;
  const auto ipv6_mtu = parse_mtu(variables, "WEFT_IPV6_MTU");
  if (!ipv6_mtu) return std::unexpected(ipv6_mtu.error());
  subnet.ipv6_mtu = *ipv6_mtu;
  return subnet;
}

}  // namespace

Outcome<NodeSubnet> read_node_subnet(const std::string& path) {
  const auto text = read_file(path);
  if (!text && text.error().code == ENOENT) {
    return refuse(Code::try_again_later,
                  "{} does not exist: weftd has no subnet for this node yet; look at its log, or ask it with "
                  "\"weftd debug leases\"",
                  path);
  }
  if (!text) return refuse_with(Code::io_failure, "subnet file", text.error());
  auto subnet = parse_subnet(parse_variables(*text));
  if (!subnet) return refuse_with(Code::invalid_configuration, path, subnet.error());
  return *std::move(subnet);
}

}  // namespace weft::cni
