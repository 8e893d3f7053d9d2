#include "backend/uplink_device.h"

#include "backend/ownership.h"

#include <algorithm>
#include <regex>

namespace weft {
namespace {

// Empty, or why the device cannot carry the tunnel.
std::string fault_of(const Interface& interface, const Ownership& own) {
  if (interface.loopback) return "is the loopback device, which leads to no other node";
  if (own.owns_device(interface.name)) return "is Weft's own device";
  return "";
}

bool may_carry(const NodeFacts& facts, const std::string& name, const Ownership& own) {
  const auto* interface = find_interface(facts, name);
  return interface != nullptr && fault_of(*interface, own).empty();
}

const InterfaceAddress* find_address(const NodeFacts& facts, const IpAddress& address) {
  const auto found = std::ranges::find(facts.addresses, address, &InterfaceAddress::address);
  return found == facts.addresses.end() ? nullptr : &*found;
}

std::optional<DeviceChoice> by_name_or_address(const NodeFacts& facts, const std::string& wish) {
  const std::string why = "--iface " + wish;
  if (find_interface(facts, wish) != nullptr) return DeviceChoice{wish, std::nullopt, why};
  const auto address = IpAddress::parse(wish);
  const auto* holder = address ? find_address(facts, *address) : nullptr;
  if (holder == nullptr) return std::nullopt;
  return DeviceChoice{holder->link, *address, why};
}

// std::regex throws on a bad pattern, and on one that is too costly while it is matched.
Result<std::optional<DeviceChoice>> by_regex(const NodeFacts& facts, const Ownership& own, const std::string& pattern) {
  const std::string why = "--iface-regex " + pattern;
  try {
    const std::regex expression(pattern, std::regex::ECMAScript);
    for (const auto& held : facts.addresses) {
      if (may_carry(facts, held.link, own) && std::regex_search(held.address.to_string(), expression))
        return DeviceChoice{held.link, held.address, why};
    }
    for (const auto& interface : facts.interfaces) {
      if (may_carry(facts, interface.name, own) && std::regex_search(interface.name, expression))
        return DeviceChoice{interface.name, std::nullopt, why};
    }
  } catch (const std::regex_error& broken) {
    return fail("{}: {}", why, broken.what());
  }
  return std::nullopt;
}

std::optional<DeviceChoice> by_public_address(const NodeFacts& facts, const UplinkOptions& options,
                                              const Ownership& own) {
  for (const auto& address : {options.public_ip, options.public_ip6}) {
    if (!address) continue;
    const auto* holder = find_address(facts, *address);
    if (holder != nullptr && may_carry(facts, holder->link, own))
      return DeviceChoice{holder->link, address, "--public-ip " + address->to_string()};
  }
  return std::nullopt;
}

bool has_default_route(const NodeFacts& facts, Family family, const std::string& link) {
  return std::ranges::any_of(facts.default_routes,
                             [&](const DefaultRoute& route) { return route.family == family && route.link == link; });
}

// The lowest metric decides. Between hops of equal metric the first one that the other family leaves by, too.
std::optional<DeviceChoice> by_default_route(const NodeFacts& facts, const NetworkConfig& config,
                                             const Ownership& own) {
  const Family family = config.v4 ? Family::v4 : Family::v6;
  const DefaultRoute* best = nullptr;
  for (const auto& route : facts.default_routes) {
    if (route.family != family || !may_carry(facts, route.link, own)) continue;
    if (best == nullptr) best = &route;
    if (route.metric != best->metric) break;
    if (config.v4 && config.v6 && !has_default_route(facts, Family::v6, route.link)) continue;
    best = &route;
    break;
  }
  if (best == nullptr) return std::nullopt;
  return DeviceChoice{best->link, std::nullopt, fmt::format("the {} default route", to_string(family))};
}

Result<std::optional<DeviceChoice>> first_wish(const NodeFacts& facts, const UplinkOptions& options,
                                               const Ownership& own) {
  for (const auto& wish : options.interfaces) {
    if (auto choice = by_name_or_address(facts, wish)) return choice;
  }
  for (const auto& pattern : options.interface_regexes) {
    auto choice = by_regex(facts, own, pattern);
    if (!choice || *choice) return choice;
  }
  if (options.device_towards) return DeviceChoice{*options.device_towards, std::nullopt, "--iface-can-reach"};
  return std::nullopt;
}

}  // namespace

const Interface* find_interface(const NodeFacts& facts, const std::string& name) {
  const auto found = std::ranges::find(facts.interfaces, name, &Interface::name);
  return found == facts.interfaces.end() ? nullptr : &*found;
}

std::string describe_devices(const NodeFacts& facts, const NetworkConfig& config) {
  const Ownership own = ownership_for(config.backend.vni);
  std::string text;
  for (const auto& interface : facts.interfaces) {
    if (!fault_of(interface, own).empty()) continue;
    text += (text.empty() ? "" : ", ") + interface.name + (interface.up ? "" : " (down)");
    for (const auto& held : facts.addresses) {
      if (held.link == interface.name && !held.address.is_link_local()) text += " " + held.address.to_string();
    }
  }
  return text.empty() ? "none" : text;
}

Result<DeviceChoice> choose_device(const NodeFacts& facts, const UplinkOptions& options, const NetworkConfig& config) {
  const Ownership own = ownership_for(config.backend.vni);
  const auto there = [&] { return describe_devices(facts, config); };
  auto wish = first_wish(facts, options, own);
  if (!wish) return std::unexpected(wish.error());
  if (const auto& choice = *wish) {
    const auto* interface = find_interface(facts, choice->link);
    if (interface == nullptr)
      return fail("{}: the device {} has gone; there is: {}", choice->why, choice->link, there());
    if (const auto fault = fault_of(*interface, own); !fault.empty())
      return fail("{}: {} {}; there is: {}", choice->why, choice->link, fault, there());
    return *choice;
  }
  if (!options.interfaces.empty())
    return fail("--iface {}: no such device or address; there is: {}", fmt::join(options.interfaces, ", "), there());
  if (!options.interface_regexes.empty())
    return fail("--iface-regex {}: nothing matches; there is: {}", fmt::join(options.interface_regexes, ", "), there());
  if (auto choice = by_public_address(facts, options, own)) return *std::move(choice);
  if (auto choice = by_default_route(facts, config, own)) return *std::move(choice);
  return fail("no {} default route to find the uplink by: name it with --iface; there is: {}",
              to_string(config.v4 ? Family::v4 : Family::v6), there());
}

}  // namespace weft
