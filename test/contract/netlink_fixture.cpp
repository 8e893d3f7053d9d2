#include "test/contract/netlink_fixture.h"

#include "test/support/namespace.h"

#include <algorithm>

namespace weft::test {

namespace {

template <class Object>
void append(std::vector<Operation>& operations, Verb verb, const std::vector<Object>& objects) {
  for (const auto& object : objects) operations.push_back({verb, object});
}

void expect_success(const std::vector<Operation>& operations, const OperationResults& results) {
  ASSERT_EQ(operations.size(), results.size());
  for (const auto& result : results) EXPECT_TRUE(result) << result.error().message;
}

Link sample_link(const char* name, const char* local, const char* mac_text, std::uint32_t mtu) {
  return {.name = name,
          .vxlan = VxlanParams{.vni = 1, .port = 8472, .uplink = "up0", .local = address(local), .learning = false},
          .mac = mac(mac_text),
          .mtu = mtu,
          .up = true};
}

}  // namespace

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }
IpPrefix prefix(std::string_view text) { return IpPrefix::parse(text).value(); }
MacAddress mac(std::string_view text) { return MacAddress::parse(text).value(); }

Link sample_link_v4() { return sample_link("weft.1", "192.0.2.1", "0a:58:00:00:00:01", 1450); }

KernelState sample_state() {
  KernelState state;
  state.links = {sample_link_v4(), sample_link("weft-v6.1", "2001:db8::1", "0a:58:00:00:00:02", 1430)};
  state.addresses = {{"weft.1", address("10.244.0.0"), 32}, {"weft-v6.1", address("fd00:10:244::"), 128}};
  state.neighbours = {{"weft.1", address("10.244.7.0"), mac("0a:58:00:00:07:01")},
                      {"weft-v6.1", address("fd00:10:244:7::"), mac("0a:58:00:00:07:02")}};
  state.fdb = {{"weft.1", mac("0a:58:00:00:07:01"), address("192.0.2.7")},
               {"weft-v6.1", mac("0a:58:00:00:07:02"), address("2001:db8::7")}};
  state.routes = {{prefix("10.244.7.0/24"), 1007, "weft.1", address("10.244.7.0"), true},
                  {prefix("fd00:10:244:7::/64"), 1007, "weft-v6.1", address("fd00:10:244:7::"), true}};
  state.normalise();
  return state;
}

Route peer_route(unsigned i) {
  const auto subnet = IpPrefix::containing(IpAddress::from_v4((20U << 24U) | (i << 8U)), 24);
  return {subnet, 1000 + (i & 1023U), "weft.1", subnet.address(), true};
}

std::vector<Operation> puts(const KernelState& state) {
  std::vector<Operation> operations;
  append(operations, Verb::put, state.links);
  append(operations, Verb::put, state.addresses);
  append(operations, Verb::put, state.neighbours);
  append(operations, Verb::put, state.fdb);
  append(operations, Verb::put, state.routes);
  return operations;
}

std::vector<Operation> removes(const KernelState& state) {
  auto operations = puts(state);
  std::ranges::reverse(operations);
  for (auto& operation : operations) operation.verb = Verb::remove;
  return operations;
}

void NetlinkFixture::SetUp() {
  new_network();
  other_.emplace();
  other_->add_veth("up0");
  other_->add_address("up0", "192.0.2.1/24");
  other_->add_address("up0", "2001:db8::1/64");
  auto opened = NetlinkKernel::open();
  ASSERT_TRUE(opened) << opened.error().message;
  kernel_.emplace(*std::move(opened));
}

void NetlinkFixture::apply_all(const KernelState& state) {
  const auto operations = puts(state);
  expect_success(operations, apply(operations));
}

void NetlinkFixture::remove_all(const KernelState& state) {
  const auto operations = removes(state);
  expect_success(operations, apply(operations));
}

KernelState NetlinkFixture::own() {
  const auto dump = kernel_->dump(ownership_for(1));
  EXPECT_TRUE(dump) << dump.error().message;
  return dump ? dump->own : KernelState{};
}

std::vector<Route> NetlinkFixture::foreign_routes() {
  const auto dump = kernel_->dump(ownership_for(1));
  EXPECT_TRUE(dump) << dump.error().message;
  return dump ? dump->foreign_routes : std::vector<Route>{};
}

}  // namespace weft::test
