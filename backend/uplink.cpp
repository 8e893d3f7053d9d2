#include "backend/uplink.h"

#include "backend/desired_state.h"
#include "backend/ownership.h"
#include "backend/uplink_device.h"

#include <algorithm>
#include <tuple>

namespace weft {
namespace {

constexpr std::uint32_t kSmallestMtu4 = 576;   // RFC 791: every host takes as much
constexpr std::uint32_t kSmallestMtu6 = 1280;  // RFC 8200 section 5; below it the kernel stops IPv6 on the device

const char* network_key(Family family) { return family == Family::v4 ? "Network" : "IPv6Network"; }
const char* public_key(Family family) { return family == Family::v4 ? "public-ip" : "public-ipv6"; }

std::optional<IpAddress> best_address(const NodeFacts& facts, const DeviceChoice& choice, Family family) {
  if (choice.address && choice.address->family() == family) return choice.address;
  const auto rank = [](const InterfaceAddress& held) {
    return std::tuple(held.address.is_link_local(), held.temporary, held.dynamic);
  };
  const InterfaceAddress* best = nullptr;
  for (const auto& held : facts.addresses) {
    if (held.link != choice.link || held.address.family() != family || held.deprecated) continue;
    if (best == nullptr || rank(held) < rank(*best)) best = &held;
  }
  return best != nullptr ? std::optional(best->address) : std::nullopt;
}

// Where else the other family leaves, when that explains a missing address.
std::string other_way(const NodeFacts& facts, Family family, const std::string& link) {
  for (const auto& route : facts.default_routes) {
    if (route.family == family && route.link != link)
      return fmt::format(" (its default route leaves by {}; one device must carry both families)", route.link);
  }
  return "";
}

Result<> check_address(const NodeFacts& facts, Family family, const DeviceChoice& choice,
                       const std::optional<IpAddress>& local) {
  if (local && local->is_global_unicast()) return {};
  return fail(
      "{0} is enabled and {1}, chosen by {2}, has no {0} address that other nodes can send to{3}: give it one, "
      "choose another device with --iface, or set {4} to false",
      to_string(family), choice.link, choice.why, other_way(facts, family, choice.link),
      family == Family::v4 ? "EnableIPv4" : "EnableIPv6");
}

Result<> check_public(Family family, const std::optional<IpAddress>& shown, const FamilyConfig& config) {
  const IpAddress address = shown.value_or(IpAddress());
  if (address.family() != family || !address.is_global_unicast())
    return fail("{} {}: it must be a unicast {} address that other nodes can send to", public_key(family),
                address.to_string(), to_string(family));
  if (config.network.contains(address))
    return fail("{} {} is inside {} = {}: other nodes would send it into the tunnel", public_key(family),
                address.to_string(), network_key(family), config.network.to_string());
  return {};
}

Result<> check_overlap(const NodeFacts& facts, Family family, const FamilyConfig& config, const Uplink& uplink) {
  const auto refuse = [&](const IpPrefix& prefix) {
    return fail("{} = {} overlaps {}, the network of the uplink {}: choose another pod network", network_key(family),
                config.network.to_string(), prefix.to_string(), uplink.link);
  };
  for (const auto& held : facts.addresses) {
    if (held.link != uplink.link || held.address.family() != family || held.address.is_link_local()) continue;
    const auto connected = IpPrefix::containing(held.address, held.length);
    if (connected.overlaps(config.network)) return refuse(connected);
  }
  for (const auto& route : facts.default_routes) {
    if (route.link != uplink.link || !route.gateway || !config.network.contains(*route.gateway)) continue;
    return refuse(IpPrefix::containing(*route.gateway, address_bits(route.gateway->family())));
  }
  return {};
}

Result<> check_mtu(const NetworkConfig& config, const Uplink& uplink) {
  const PodMtu pods = pod_mtu(config, uplink);
  const auto refuse = [&](Family family, std::uint32_t left, std::uint32_t least) {
    return fail("MTU {} of {} leaves {} bytes for {} pods, at least {} are needed: raise the device's MTU{}",
                underlay_mtu(config, uplink), uplink.link, left, to_string(family), least,
                config.backend.mtu ? " and Backend.MTU" : "");
  };
  if (config.v6 && pods.v6 < kSmallestMtu6) return refuse(Family::v6, pods.v6, kSmallestMtu6);
  if (config.v4 && pods.link < kSmallestMtu4) return refuse(Family::v4, pods.link, kSmallestMtu4);
  return {};
}

Result<> check(const NodeFacts& facts, const NetworkConfig& config, const DeviceChoice& choice, const Uplink& uplink) {
  for (const Family family : kFamilies) {
    const auto& enabled = config.of(family);
    if (!enabled) continue;
    const bool v4 = family == Family::v4;
    const auto& shown = v4 ? uplink.public4 : uplink.public6;
    if (auto done = check_overlap(facts, family, *enabled, uplink); !done) return done;
    if (auto done = check_address(facts, family, choice, v4 ? uplink.local4 : uplink.local6); !done) return done;
    if (auto done = check_public(family, shown, *enabled); !done) return done;
  }
  return check_mtu(config, uplink);
}

std::optional<IpAddress> first_of(const std::optional<IpAddress>& a, const std::optional<IpAddress>& b,
                                  const std::optional<IpAddress>& c) {
  return a ? a : b ? b : c;
}

}  // namespace

Result<Uplink> choose_uplink(const NodeFacts& facts, const UplinkOptions& options, const NetworkConfig& config) {
  const auto choice = choose_device(facts, options, config);
  if (!choice) return std::unexpected(choice.error());
  Uplink uplink{.link = choice->link, .mtu = find_interface(facts, choice->link)->mtu};
  uplink.local4 = best_address(facts, *choice, Family::v4);
  uplink.local6 = best_address(facts, *choice, Family::v6);
  uplink.public4 = first_of(options.overwrite_ip, options.public_ip, uplink.local4);
  uplink.public6 = first_of(options.overwrite_ip6, options.public_ip6, uplink.local6);
  if (auto fit = check(facts, config, *choice, uplink); !fit) return std::unexpected(fit.error());
  return uplink;
}

std::vector<std::string> uplink_warnings(const NodeFacts& facts, const NetworkConfig& config, const Uplink& uplink) {
  std::vector<std::string> warnings;
  const auto* interface = find_interface(facts, uplink.link);
  if (interface != nullptr && !interface->up)
    warnings.push_back(fmt::format("the uplink {0} is down: ip link set {0} up", uplink.link));
  if (config.backend.mtu && *config.backend.mtu > uplink.mtu)
    warnings.push_back(fmt::format("Backend.MTU = {} is larger than the MTU {} of the uplink {}, which is used instead",
                                   *config.backend.mtu, uplink.mtu, uplink.link));
  const Ownership own = ownership_for(config.backend.vni);
  for (const auto& held : facts.addresses) {
    const Family family = held.address.family();
    const auto connected = IpPrefix::containing(held.address, held.length);
    const auto& enabled = config.of(family);
    if (held.link == uplink.link || own.owns_device(held.link) || !enabled) continue;
    // Networks of local pods lie inside; whoever contains the pod network takes all of it.
    if (!connected.contains(enabled->network)) continue;
    warnings.push_back(
        fmt::format("{} = {} is inside {}, the network of {}: every peer is rejected until one of them "
                    "is changed",
                    network_key(family), enabled->network.to_string(), connected.to_string(), held.link));
  }
  return warnings;
}

}  // namespace weft
