#include "test/support/sample_overlay.h"

#include "backend/desired_state.h"
#include "test/support/literals.h"

#include <algorithm>

namespace weft::test {

namespace {

MacAddress vtep(std::uint8_t family, unsigned n) {
  return MacAddress({0x0a, 0x58, 0, family, 0, static_cast<std::uint8_t>(n)});
}

template <class T>
void append(std::vector<Operation>& operations, const std::vector<T>& objects) {
  for (const auto& object : objects) operations.push_back({Verb::put, object});
}

}  // namespace

Link overlay_link(Family family) {
  const bool v4 = family == Family::v4;
  VxlanParams vxlan{.vni = 1, .port = 8472, .uplink = "up0", .local = ip(v4 ? "192.0.2.1" : "2001:db8::1")};
  return {.name = v4 ? "weft.1" : "weft-v6.1",
          .vxlan = std::move(vxlan),
          .mac = vtep(v4 ? 4 : 6, 1),
          .mtu = v4 ? 1450U : 1430U,
          .up = true};
}

void add_overlay_peer(KernelState& state, unsigned n) {
  const auto add = [&](const char* link, const IpPrefix& subnet, const IpAddress& remote, const MacAddress& mac) {
    state.neighbours.push_back({link, subnet.address(), mac});
    state.fdb.push_back({link, mac, remote});
    state.routes.push_back({subnet, route_metric(subnet), link, subnet.address(), true});
  };
  add("weft.1", net(fmt::format("10.244.{}.0/24", n)), ip(fmt::format("192.0.2.{}", n)), vtep(4, n));
  add("weft-v6.1", net(fmt::format("fd00:10:244:{}::/64", n)), ip(fmt::format("2001:db8::{}", n)), vtep(6, n));
}

KernelState sample_overlay() {
  KernelState state;
  state.links = {overlay_link(Family::v4), overlay_link(Family::v6)};
  state.addresses = {{"weft.1", ip("10.244.0.0"), 32}, {"weft-v6.1", ip("fd00:10:244::"), 128}};
  add_overlay_peer(state, 7);
  add_overlay_peer(state, 8);
  state.normalise();
  return state;
}

std::vector<Operation> puts_of(const KernelState& state) {
  std::vector<Operation> operations;
  append(operations, state.links);
  append(operations, state.addresses);
  append(operations, state.neighbours);
  append(operations, state.fdb);
  append(operations, state.routes);
  return operations;
}

std::vector<Operation> removes_of(const KernelState& state) {
  auto operations = puts_of(state);
  std::ranges::reverse(operations);
  for (auto& operation : operations) operation.verb = Verb::remove;
  return operations;
}

}  // namespace weft::test
