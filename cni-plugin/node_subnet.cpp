#include "cni-plugin/node_subnet.h"

#include "subnet/unique_fd.h"

#include <cerrno>

#include <fcntl.h>

namespace weft::cni {

namespace {

constexpr std::size_t kMaxFileBytes = 16384;  // as parse_subnet_env()

Result<std::string> read_file(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return fail_errno(path, errno);
  std::string content(kMaxFileBytes + 1, '\0');
  const ssize_t size = ::read(fd.get(), content.data(), content.size());
  if (size < 0) return fail_errno(path, errno);
  content.resize(static_cast<std::size_t>(size));
  return content;
}

Result<NodeSubnet> to_node_subnet(SubnetEnv env) {
  NodeSubnet subnet;
  for (const auto& block : {env.v4, env.v6}) {
    if (!block) continue;
    const auto pool = AddressPool::of(block->subnet);
    if (!pool) return std::unexpected(pool.error());
    subnet.pools.push_back(*pool);
  }
  subnet.mtu = env.mtu;
  subnet.ipv6_mtu = env.ipv6_mtu;
  subnet.devices = std::move(env.devices);
  return subnet;
}

}  // namespace

Outcome<SubnetEnv> read_subnet_env(const std::string& path) {
  const auto text = read_file(path);
  if (!text && text.error().code == ENOENT) {
    return refuse(Code::try_again_later,
                  "{} does not exist: weftd has no subnet for this node yet; look at its log, or ask it with "
                  "\"weftd debug leases\"",
                  path);
  }
  if (!text) return refuse_with(Code::io_failure, "subnet file", text.error());
  auto env = parse_subnet_env(*text);
  if (!env) return refuse_with(Code::invalid_configuration, path, env.error());
  return *std::move(env);
}

Outcome<NodeSubnet> read_node_subnet(const std::string& path) {
  const auto env = read_subnet_env(path);
  if (!env) return std::unexpected(env.error());
  auto subnet = to_node_subnet(*env);
  if (!subnet) return refuse_with(Code::invalid_configuration, path, subnet.error());
  return *std::move(subnet);
}

}  // namespace weft::cni
