#include "backend/kernel_values.h"

namespace weft {
namespace {

std::string describe(const VxlanParams& vxlan) {
  return fmt::format("vxlan id {} dstport {} local {} dev {} {}", vxlan.vni, vxlan.port, vxlan.local.to_string(),
                     vxlan.uplink, vxlan.learning ? "learning" : "nolearning");
}

}  // namespace

std::string to_string(const Link& link) {
  return fmt::format("link {} {} address {} mtu {} {}", link.name, link.vxlan ? describe(*link.vxlan) : "(not a vxlan)",
                     link.mac.to_string(), link.mtu, link.up ? "up" : "down");
}

std::string to_string(const LinkAddress& address) {
  return fmt::format("address {}/{} dev {}", address.address.to_string(), address.length, address.link);
}

std::string to_string(const Neighbour& neighbour) {
  return fmt::format("neighbour {} lladdr {} dev {}", neighbour.address.to_string(), neighbour.mac.to_string(),
                     neighbour.link);
}

std::string to_string(const FdbEntry& entry) {
  return fmt::format("fdb {} dst {} dev {}", entry.mac.to_string(), entry.remote.to_string(), entry.link);
}

std::string to_string(const Route& route) {
  const std::string via = route.gateway ? fmt::format(" via {}", route.gateway->to_string()) : "";
  return fmt::format("route {}{} dev {}{} metric {}", route.destination.to_string(), via, route.link,
                     route.onlink ? " onlink" : "", route.metric);
}

std::string to_string(const KernelObject& object) {
  return std::visit([](const auto& value) { return to_string(value); }, object);
}

}  // namespace weft
