// Addresses, neighbours, FDB entries and routes.
#include "test/support/fake_kernel.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace weft::test {

namespace {

constexpr std::uint32_t kConnectedMetric6 = 256;  // IP6_RT_PRIO_ADDRCONF

bool same(const InterfaceAddress& a, const LinkAddress& b) { return a.address == b.address && a.length == b.length; }

// IPv4 makes no connected route for a host address.
Route connected_route(const InterfaceAddress& address) {
  return {.destination = IpPrefix::containing(address.address, address.length),
          .metric = address.address.is_v4() ? 0 : kConnectedMetric6,
          .link = address.link,
          .gateway = std::nullopt};
}

template <class T>
void put_in_slot(std::vector<T>& table, const T& object) {
  const auto slot = std::ranges::find_if(table, [&](const T& other) { return same_slot(other, object); });
  if (slot == table.end()) {
    table.push_back(object);
  } else {
    *slot = object;
  }
}

}  // namespace

int FakeKernel::put(const LinkAddress& address) {
  auto* device = find(address.link);
  if (device == nullptr) return ENODEV;
  // IPv6 knows an address once a device: putting it with another length changes nothing (inet6_addr_modify).
  const auto held = std::ranges::find_if(device->addresses, [&](const InterfaceAddress& other) {
    return same(other, address) || (other.address == address.address && !address.address.is_v4());
  });
  if (held != device->addresses.end()) return 0;
  device->addresses.push_back({.link = address.link, .address = address.address, .length = address.length});
  connect(*device, device->addresses.back());
  return 0;
}

int FakeKernel::remove(const LinkAddress& address) {
  auto* device = find(address.link);
  if (device == nullptr) return ENODEV;
  const auto held =
      std::ranges::find_if(device->addresses, [&](const InterfaceAddress& other) { return same(other, address); });
  if (held == device->addresses.end()) return EADDRNOTAVAIL;
  const InterfaceAddress gone = std::move(*held);
  device->addresses.erase(held);
  disconnect(*device, gone);
  const auto is_v4 = [](const InterfaceAddress& other) { return other.address.is_v4(); };
  // The last IPv4 address stops IPv4 on the device (fib_disable_ip).
  if (gone.address.is_v4() && std::ranges::none_of(device->addresses, is_v4)) stop_family(*device, Family::v4);
  return 0;
}

void FakeKernel::connect(const Device& device, const InterfaceAddress& address) {
  if (!device.link.up || (address.address.is_v4() && address.length == 32)) return;
  const Route route = connected_route(address);
  const auto is_there = [&](const Entry& entry) { return entry.route == route; };
  if (std::ranges::none_of(routes_, is_there)) routes_.push_back({route, kProtocolKernel});
}

void FakeKernel::disconnect(const Device& device, const InterfaceAddress& address) {
  const Route route = connected_route(address);
  const auto shares = [&](const InterfaceAddress& other) { return connected_route(other) == route; };
  if (std::ranges::any_of(device.addresses, shares)) return;
  std::erase_if(routes_, [&](const Entry& entry) { return entry.route == route && entry.protocol == kProtocolKernel; });
}

int FakeKernel::put(const Neighbour& neighbour) {
  if (find(neighbour.link) == nullptr) return ENODEV;
  put_in_slot(neighbours_, neighbour);
  return 0;
}

int FakeKernel::remove(const Neighbour& neighbour) {
  if (find(neighbour.link) == nullptr) return ENODEV;
  return std::erase_if(neighbours_, [&](const Neighbour& n) { return same_slot(n, neighbour); }) > 0 ? 0 : ENOENT;
}

int FakeKernel::put(const FdbEntry& entry) {
  const auto* device = find(entry.link);
  if (device == nullptr) return ENODEV;
  if (!device->link.vxlan) return EOPNOTSUPP;
  if (device->link.vxlan->local.family() != entry.remote.family()) return EAFNOSUPPORT;
  put_in_slot(fdb_, entry);
  return 0;
}

int FakeKernel::remove(const FdbEntry& entry) {
  if (find(entry.link) == nullptr) return ENODEV;
  return std::erase_if(fdb_, [&](const FdbEntry& other) { return same_slot(other, entry); }) > 0 ? 0 : ENOENT;
}

int FakeKernel::put(const Route& route) { return put_route(route, kRouteProtocol); }

int FakeKernel::put_route(const Route& route, std::uint8_t protocol) {
  const auto* device = find(route.link);
  if (device == nullptr) return ENODEV;
  if (!device->link.up) return ENETDOWN;
  if (const int code = check_hop(route, *device)) return code;
  const auto slot = std::ranges::find_if(routes_, [&](const Entry& other) { return same_slot(other.route, route); });
  if (slot == routes_.end()) {
    routes_.push_back({route, protocol});
  } else {
    *slot = {route, protocol};
  }
  return 0;
}

// fib_check_nh, ip6_route_check_nh: without `onlink` some route of the device must lead to the gateway directly.
int FakeKernel::check_hop(const Route& route, const Device& device) const {
  if (!route.gateway || route.onlink || route.gateway->is_link_local()) return 0;
  const auto leads = [&](const Entry& entry) {
    return entry.route.link == device.link.name && !entry.route.gateway &&
           entry.route.destination.contains(*route.gateway);
  };
  if (std::ranges::any_of(routes_, leads)) return 0;
  return route.destination.is_v4() ? ENETUNREACH : EHOSTUNREACH;
}

int FakeKernel::remove(const Route& route) {
  const auto slot = std::ranges::find_if(routes_, [&](const Entry& other) {
    return same_slot(other.route, route) && (route.link.empty() || other.route.link == route.link);
  });
  if (slot == routes_.end()) return ESRCH;
  routes_.erase(slot);
  return 0;
}

}  // namespace weft::test
