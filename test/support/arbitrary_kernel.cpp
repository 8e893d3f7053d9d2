#include "test/support/arbitrary_kernel.h"

#include "backend/plan.h"
#include "test/support/literals.h"
#include "test/support/sample_overlay.h"

#include <algorithm>
#include <stdexcept>

namespace weft::test {

namespace {

constexpr unsigned kPeers = 12;  // few, so that states meet in slots

// Uniform from the first test case on: inRange by itself grows with the size.
std::size_t below(std::size_t end) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, end)); }

bool chance(std::size_t percent) { return below(100) < percent; }

template <class T>
const T& one_of(const std::vector<T>& set) {
  return set[below(set.size())];
}

void route_directly(KernelState& state, unsigned n) {
  for (auto& route : state.routes) {
    if (route.destination != net(fmt::format("10.244.{}.0/24", n))) continue;
    route = {.destination = route.destination,
             .metric = route.metric,
             .link = "up0",
             .gateway = ip(fmt::format("192.0.2.{}", n))};
  }
}

void vary_link(Link& link) {
  if (chance(20)) link.mtu = 1400;
  if (chance(20)) link.mac = hw("0a:58:00:00:88:88");
  auto& vxlan = link.vxlan;
  if (!vxlan) return;
  if (chance(15)) vxlan->local = ip(vxlan->local.is_v4() ? "192.0.2.201" : "2001:db8::201");
  if (chance(10)) vxlan->port = 4789;
}

void vary_peer(KernelState& state) {
  if (state.fdb.empty()) return;
  const auto wrong = hw("0a:58:00:00:77:77");
  if (chance(30)) state.neighbours[below(state.neighbours.size())].mac = wrong;
  if (chance(30)) {
    auto& remote = state.fdb[below(state.fdb.size())].remote;
    remote = ip(remote.is_v4() ? "192.0.2.222" : "2001:db8::222");
  }
  if (chance(30)) state.routes[below(state.routes.size())].metric += 5000;
}

void drop_device(KernelState& state, const std::string& name) {
  const auto on_it = [&](const auto& object) { return object.link == name; };
  std::erase_if(state.links, [&](const Link& link) { return link.name == name; });
  std::erase_if(state.addresses, on_it);
  std::erase_if(state.neighbours, on_it);
  std::erase_if(state.fdb, on_it);
  std::erase_if(state.routes, on_it);
}

KernelState make_wanted_state() {
  KernelState state;
  state.links = {overlay_link(Family::v4), overlay_link(Family::v6)};
  const unsigned self = 200 + static_cast<unsigned>(below(3));
  state.addresses = {{"weft.1", ip(fmt::format("10.244.{}.0", self)), 32},
                     {"weft-v6.1", ip(fmt::format("fd00:10:244:{}::", self)), 128}};
  for (auto& link : state.links) vary_link(link);
  for (unsigned n = 2; n < 2 + kPeers; ++n) {
    if (chance(60)) continue;
    add_overlay_peer(state, n);
    if (chance(20)) route_directly(state, n);
  }
  vary_peer(state);
  if (chance(15)) drop_device(state, "weft.1");
  if (chance(15)) drop_device(state, "weft-v6.1");
  state.normalise();
  return state;
}

// One thing that somebody does. What the kernel refuses at this moment is left out.
void damage(FakeKernel& kernel) {
  const std::string device = chance(50) ? "weft.1" : "weft-v6.1";
  const auto own = kernel.dump(ownership_for(1))->own;
  try {
    switch (below(13)) {
      case 0:
        return kernel.remove_link(device);
      case 1:
        return kernel.set_up(device, false);
      case 2:
        kernel.set_up(device, false);
        return kernel.set_up(device, true);
      case 3:
        return kernel.set_mac(device, hw("0a:58:00:00:66:66"));
      case 4:
        return kernel.set_mtu(device, chance(50) ? 1200 : 1300);
      case 5:
        kernel.remove_link(device);
        return kernel.add_bridge(device);
      case 6:
        return own.addresses.empty() ? void() : kernel.remove_address(one_of(own.addresses));
      case 7:
        return own.neighbours.empty() ? void() : kernel.remove_neighbour(one_of(own.neighbours));
      case 8:
        return own.fdb.empty() ? void() : kernel.remove_fdb(one_of(own.fdb));
      case 9:
        return own.routes.empty() ? void() : kernel.remove_route(one_of(own.routes));
      case 10:
        return kernel.add_address({"weft.1", ip("10.99.0.1"), 24});
      case 11:
        return kernel.add_address({"weft-v6.1", ip("fd99::1"), 64});
      default:
        return kernel.add_route({net("10.244.5.0/24"), 0, "weft.1", ip("10.244.5.0"), true}, kProtocolBoot);
    }
  } catch (const std::runtime_error&) {
    return;
  }
}

}  // namespace

rc::Gen<KernelState> wanted_state() { return rc::gen::exec(make_wanted_state); }

void live_through_anything(FakeKernel& kernel) {
  for (const auto& result : kernel.apply(puts_of(*wanted_state()))) {
    if (!result) RC_FAIL(result.error().message);
  }
  const std::size_t times = below(5);
  for (std::size_t i = 0; i < times; ++i) damage(kernel);
}

FakeKernel fresh_kernel() {
  FakeKernel kernel;
  kernel.add_ethernet("up0", 1500);
  kernel.add_address({"up0", ip("192.0.2.1"), 24});
  kernel.add_address({"up0", ip("2001:db8::1"), 64});
  kernel.add_route({.destination = net("0.0.0.0/0"), .metric = 100, .link = "up0", .gateway = ip("192.0.2.254")},
                   kProtocolStatic);
  kernel.add_route({.destination = net("10.244.4.0/25"), .metric = 7, .link = "up0", .gateway = ip("192.0.2.9")},
                   kProtocolStatic);
  return kernel;
}

}  // namespace weft::test
