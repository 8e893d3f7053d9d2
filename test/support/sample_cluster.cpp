#include "test/support/sample_cluster.h"

#include "test/support/literals.h"

#include <algorithm>

namespace weft::test {

namespace {

FamilyConfig family_config(const char* network, unsigned length) {
  const auto prefix = net(network);
  return {.network = prefix,
          .subnet_length = length,
          .subnet_min = prefix.block(length, 0),
          .subnet_max = prefix.block(length, prefix.block_count(length) - 1)};
}

Vtep vtep(unsigned n) {
  const auto last = static_cast<std::uint8_t>(n);
  return {.vni = 1,
          .port = 8472,
          .ip = ip(fmt::format("192.0.2.{}", n)),
          .ip6 = ip(fmt::format("2001:db8::{}", n)),
          .mac = MacAddress({0x0a, 0x58, 0, 4, 0, last}),
          .mac6 = MacAddress({0x0a, 0x58, 0, 6, 0, last})};
}

}  // namespace

NetworkConfig sample_config() {
  return {.v4 = family_config("10.244.0.0/16", 24), .v6 = family_config("fd00:10:244::/48", 64), .backend = {}};
}

NodeFacts sample_facts() {
  NodeFacts facts;
  facts.interfaces = {{.name = "lo", .mtu = 65536, .up = true, .loopback = true, .vni = std::nullopt},
                      {.name = "up0", .mtu = 1500, .up = true, .vni = std::nullopt}};
  facts.addresses = {{.link = "lo", .address = ip("127.0.0.1"), .length = 8},
                     {.link = "up0", .address = ip("192.0.2.1"), .length = 24},
                     {.link = "up0", .address = ip("2001:db8::1"), .length = 64},
                     {.link = "up0", .address = ip("fe80::1"), .length = 64}};
  facts.default_routes = {{Family::v4, "up0", ip("192.0.2.254"), 100}, {Family::v6, "up0", ip("fe80::fe"), 1024}};
  return facts;
}

Uplink sample_uplink() {
  return {.link = "up0",
          .mtu = 1500,
          .local4 = ip("192.0.2.1"),
          .local6 = ip("2001:db8::1"),
          .public4 = ip("192.0.2.1"),
          .public6 = ip("2001:db8::1")};
}

LocalLease sample_self() {
  return {
      .node = "n1",
      .lease = {.uid = "uid-1", .subnets = {net("10.244.0.0/24"), net("fd00:10:244::/64")}, .rev4 = 101, .rev6 = 101},
      .vtep = vtep(1)};
}

LeaseHolder sample_peer(unsigned n) {
  return {.node = fmt::format("n{}", n),
          .lease = {.uid = fmt::format("uid-{}", n),
                    .subnets = {net(fmt::format("10.244.{}.0/24", n)), net(fmt::format("fd00:10:244:{}::/64", n))},
                    .rev4 = 100 + n,
                    .rev6 = 100 + n},
          .vtep = vtep(n)};
}

LeaseSnapshot sample_snapshot(std::initializer_list<unsigned> peers) {
  LeaseSnapshot snapshot{.generation = 1, .revision = 1000, .self = sample_self(), .holders = {}};
  for (const unsigned n : peers) snapshot.holders.push_back(sample_peer(n));
  std::ranges::sort(snapshot.holders, {}, &LeaseHolder::node);
  return snapshot;
}

}  // namespace weft::test
