#include "backend/uplink.h"

#include "backend/ownership.h"

#include <algorithm>
#include <regex>
#include <tuple>

namespace weft {
namespace {

struct Choice {
  std::string link;
  std::optional<IpAddress> address;  // --iface named this one
};

bool may_carry(const Interface& interface, const Ownership& own) {
  return !interface.loopback && !own.owns_device(interface.name);
}

const Interface* find_interface(const NodeFacts& facts, const std::string& name) {
  const auto found = std::ranges::find(facts.interfaces, name, &Interface::name);
  return found == facts.interfaces.end() ? nullptr : &*found;
}

std::string describe_interfaces(const NodeFacts& facts, const Ownership& own) {
  std::string text;
  for (const auto& interface : facts.interfaces) {
    if (!may_carry(interface, own)) continue;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", interface.name);
    for (const auto& address : facts.addresses) {
      if (address.link == interface.name && !address.address.is_link_local())
        text += fmt::format(" {}", address.address.to_string());
    }
  }
  return text.empty() ? "none" : text;
}

std::optional<Choice> by_name_or_address(const NodeFacts& facts, const std::string& wish) {
  if (find_interface(facts, wish)) return Choice{wish, std::nullopt};
  const auto address = IpAddress::parse(wish);
  if (!address) return std::nullopt;
  const auto owner = std::ranges::find(facts.addresses, *address, &InterfaceAddress::address);
  if (owner == facts.addresses.end()) return std::nullopt;
  return Choice{owner->link, *address};
}

Result<std::optional<Choice>> by_regex(const NodeFacts& facts, const Ownership& own, const std::string& pattern) {
  std::regex expression;
  try {
    expression.assign(pattern, std::regex::ECMAScript);
  } catch (const std::regex_error& broken) {
    return fail("--iface-regex {}: {}", pattern, broken.what());
  }
  for (const auto& address : facts.addresses) {
    const auto* interface = find_interface(facts, address.link);
    if (interface && may_carry(*interface, own) && std::regex_search(address.address.to_string(), expression))
      return Choice{address.link, address.address};
  }
  for (const auto& interface : facts.interfaces) {
    if (may_carry(interface, own) && std::regex_search(interface.name, expression))
      return Choice{interface.name, std::nullopt};
  }
  return std::nullopt;
}

std::optional<Choice> by_default_route(const NodeFacts& facts, const NetworkConfig& config, const Ownership& own) {
  const Family family = config.v4 ? Family::v4 : Family::v6;
  for (const auto& route : facts.default_routes) {
    if (route.family == family && !own.owns_device(route.link)) return Choice{route.link, std::nullopt};
  }
  return std::nullopt;
}

Result<Choice> choose_link(const NodeFacts& facts, const UplinkOptions& options, const NetworkConfig& config) {
  const Ownership own = ownership_for(config.backend.vni);
  for (const auto& wish : options.interfaces) {
    if (auto choice = by_name_or_address(facts, wish)) return *choice;
  }
  for (const auto& pattern : options.interface_regexes) {
    auto choice = by_regex(facts, own, pattern);
    if (!choice) return std::unexpected(choice.error());
    if (*choice) return **choice;
  }
  if (options.device_towards) return Choice{*options.device_towards, std::nullopt};
  const std::string there = describe_interfaces(facts, own);
  if (!options.interfaces.empty())
    return fail("--iface {}: no such interface or address; there is: {}", fmt::join(options.interfaces, ", "), there);
  if (!options.interface_regexes.empty())
    return fail("--iface-regex {}: nothing matches; there is: {}", fmt::join(options.interface_regexes, ", "), there);
  if (auto choice = by_default_route(facts, config, own)) return *choice;
  return fail("no {} default route to find the uplink by: name it with --iface; there is: {}",
              to_string(config.v4 ? Family::v4 : Family::v6), there);
}

std::optional<IpAddress> best_address(const NodeFacts& facts, const Choice& choice, Family family) {
  if (choice.address && choice.address->family() == family) return choice.address;
  const InterfaceAddress* best = nullptr;
  const auto rank = [](const InterfaceAddress& address) {
    return std::tuple(address.address.is_link_local(), address.temporary, address.dynamic);
  };
  for (const auto& address : facts.addresses) {
    if (address.link != choice.link || address.address.family() != family || address.deprecated) continue;
    if (!best || rank(address) < rank(*best)) best = &address;
  }
  return best ? std::optional(best->address) : std::nullopt;
}

Result<> check_overlap(const NodeFacts& facts, const NetworkConfig& config, const Uplink& uplink) {
  for (const auto& address : facts.addresses) {
    const auto& family = config.of(address.address.family());
    if (address.link != uplink.link || !family || address.address.is_link_local()) continue;
    const auto connected = IpPrefix::containing(address.address, address.length);
    if (connected.overlaps(family->network))
      return fail("{} = {} overlaps {}, the network of the uplink {}: choose another pod network",
                  address.address.is_v4() ? "Network" : "IPv6Network", family->network.to_string(),
                  connected.to_string(), uplink.link);
  }
  return {};
}

Result<> require_address(const std::optional<IpAddress>& address, Family family, const NetworkConfig& config,
                         const std::string& link) {
  if (!config.of(family) || address) return {};
  return fail(
      "{} is enabled and the uplink {} has no {} address: give it one, choose another with --iface, or set {} to false",
      to_string(family), link, to_string(family), family == Family::v4 ? "EnableIPv4" : "EnableIPv6");
}

}  // namespace

Result<Uplink> choose_uplink(const NodeFacts& facts, const UplinkOptions& options, const NetworkConfig& config) {
  const auto choice = choose_link(facts, options, config);
  if (!choice) return std::unexpected(choice.error());
  const auto* interface = find_interface(facts, choice->link);
  if (!interface) return fail("the uplink {} is gone", choice->link);

  Uplink uplink{.link = choice->link, .mtu = interface->mtu};
  uplink.local4 = best_address(facts, *choice, Family::v4);
  uplink.local6 = best_address(facts, *choice, Family::v6);
  for (const Family family : {Family::v4, Family::v6}) {
    const auto& local = family == Family::v4 ? uplink.local4 : uplink.local6;
    if (auto there = require_address(local, family, config, uplink.link); !there) return std::unexpected(there.error());
  }
  if (auto apart = check_overlap(facts, config, uplink); !apart) return std::unexpected(apart.error());

  const auto first_of = [](const auto& a, const auto& b, const auto& c) { return a ? a : (b ? b : c); };
  uplink.public4 = first_of(options.overwrite_ip, options.public_ip, uplink.local4);
  uplink.public6 = first_of(options.overwrite_ip6, options.public_ip6, uplink.local6);
  return uplink;
}

}  // namespace weft
