#include "backend/nft_render.h"

#include "backend/ownership.h"

namespace weft {
namespace {

// kube-proxy marks packets that it will masquerade itself (--iptables-masquerade-bit 14).
constexpr const char* kKubeProxyMark = "0x00004000";

struct Words {
  const char* ip;
  const char* multicast;
};
constexpr Words kV4Words{"ip", "224.0.0.0/4"};
constexpr Words kV6Words{"ip6", "ff00::/8"};

// The larger part of the unprivileged ports that leaves out the VXLAN port.
std::string source_ports(std::uint16_t vxlan_port) {
  constexpr unsigned kFirst = 1024;
  constexpr unsigned kLast = 65535;
  const unsigned port = vxlan_port;
  if (port <= kFirst) return fmt::format("{}-{}", kFirst + 1, kLast);
  const bool below = port - kFirst > kLast - port;
  return below ? fmt::format("{}-{}", kFirst, port - 1) : fmt::format("{}-{}", port + 1, kLast);
}

std::string masquerade_rules(const FirewallSpec::FamilyRules& rules, const Words& words) {
  const auto network = rules.network.to_string();
  const auto subnet = rules.subnet.to_string();
  const auto* ip = words.ip;
  std::string text;
  // Between pods nobody's address changes, and whoever talks to a pod of this node is seen by it as he is.
  text += fmt::format("    {0} saddr {1} {0} daddr {2} return\n", ip, subnet, network);
  text += fmt::format("    {0} saddr {1} {0} daddr {2} return\n", ip, network, subnet);
  text += fmt::format("    {0} saddr != {1} {0} daddr {2} return\n", ip, network, subnet);
  // Pods to the outside, and the outside to pods of other nodes by way of this one.
  text += fmt::format("    {0} saddr {1} {0} daddr != {2} jump masquerade_source\n", ip, network, words.multicast);
  text += fmt::format("    {0} saddr != {1} {0} daddr {1} jump masquerade_source\n", ip, network);
  return text;
}

std::string forward_rules(const FirewallSpec::FamilyRules& rules, const Words& words) {
  return fmt::format("    {0} saddr {1} accept\n    {0} daddr {1} accept\n", words.ip, rules.network.to_string());
}

std::string masquerade_chains(const FirewallSpec& spec) {
  std::string text = "  chain masquerade_source {\n";
  if (spec.vxlan_port != 0)
    text += fmt::format("    meta l4proto udp masquerade to :{} fully-random\n", source_ports(spec.vxlan_port));
  text += "    masquerade fully-random\n  }\n";
  text += "  chain postrouting {\n    type nat hook postrouting priority srcnat; policy accept;\n";
  text += fmt::format("    meta mark and {0} == {0} return\n", kKubeProxyMark);
  if (spec.v4) text += masquerade_rules(*spec.v4, kV4Words);
  if (spec.v6) text += masquerade_rules(*spec.v6, kV6Words);
  return text + "  }\n";
}

std::string forward_chain(const FirewallSpec& spec) {
  std::string text = "  chain forward {\n    type filter hook forward priority filter; policy accept;\n";
  if (spec.v4) text += forward_rules(*spec.v4, kV4Words);
  if (spec.v6) text += forward_rules(*spec.v6, kV6Words);
  return text + "  }\n";
}

}  // namespace

std::string render_firewall(const FirewallSpec& spec) {
  // The first line makes sure that there is something to delete.
  std::string text = fmt::format("table inet {0}\ndelete table inet {0}\ntable inet {0} {{\n", kFirewallTable);
  if (spec.masquerade) text += masquerade_chains(spec);
  if (spec.forward_accept) text += forward_chain(spec);
  return text + "}\n";
}

}  // namespace weft
