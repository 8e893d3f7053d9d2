#include "cni-plugin/pod_order.h"

namespace weft::cni {

namespace {

// IPv6 needs links of 1280 bytes (RFC 8200, section 5).
constexpr std::uint32_t kMinIpv6Mtu = 1280;

Outcome<> check_mtu(const PodOrder& order) {
  if (!has_family(order.subnet.pools, Family::v6) || order.mtu() >= kMinIpv6Mtu) return {};
  return refuse(Code::invalid_configuration, "mtu {}: pods with IPv6 addresses need {} at least", order.mtu(),
                kMinIpv6Mtu);
}

}  // namespace

Outcome<PodOrder> read_order(const Request& request, AttachOptions options) {
  PodOrder order;
  order.options = std::move(options);
  auto args = parse_cni_args(request.environment.args);
  if (!args) return std::unexpected(args.error());
  order.args = *std::move(args);
  auto fixed = parse_fixed_addresses(request.conf.document, order.args);
  if (!fixed) return std::unexpected(fixed.error());
  order.fixed = *std::move(fixed);
  auto subnet = read_node_subnet(request.conf.subnet_file);
  if (!subnet) return std::unexpected(subnet.error());
  order.subnet = *std::move(subnet);
  for (const auto& checked : {check_mtu(order), check_families(order.options.port_mappings, order.subnet.pools),
                              check_fit(order.fixed, order.subnet.pools)}) {
    if (!checked) return std::unexpected(checked.error());
  }
  return order;
}

}  // namespace weft::cni
