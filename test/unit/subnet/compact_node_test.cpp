#include "subnet/compact_node.h"

#include "test/support/arbitrary.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace weft {
namespace {

constexpr const char* kUid = "0a1b2c3d-4e5f-6789-abcd-ef0123456789";

template <class T>
std::optional<T> maybe(const rc::Gen<T>& generator) {
  return *rc::gen::arbitrary<bool>() ? std::optional<T>(*generator) : std::nullopt;
}

Subnets any_subnets() { return {maybe(prefix_of(Family::v4)), maybe(prefix_of(Family::v6))}; }

// From quite ordinary Nodes to those that have something of everything.
NodeRecord any_record(const std::string& name) {
  NodeRecord record{.name = name,
                    .uid = *rc::gen::element<std::string>(kUid, "0A1B2C3D-4e5f-6789-abcd-ef0123456789", "n1", ""),
                    .revision = *rc::gen::arbitrary<Revision>(),
                    .deleting = *rc::gen::arbitrary<bool>(),
                    .has_spec = *rc::gen::arbitrary<bool>()};
  if (*rc::gen::arbitrary<bool>())
    record.lease = Lease{.uid = *rc::gen::element(record.uid, std::string("another")),
                         .subnets = any_subnets(),
                         .source = *rc::gen::element(LeaseSource::claim, LeaseSource::pod_cidr),
                         .rev4 = *rc::gen::arbitrary<Revision>(),
                         .rev6 = *rc::gen::arbitrary<Revision>()};
  if (*rc::gen::arbitrary<bool>())
    record.vtep = Vtep{.backend = BackendType::host_gw,
                       .vni = *rc::gen::arbitrary<std::uint32_t>(),
                       .ip6 = maybe(address_of(Family::v6)),
                       .mac = maybe(rc::gen::arbitrary<MacAddress>())};
  record.pod_cidrs = *rc::gen::arbitrary<std::vector<IpPrefix>>();
  if (*rc::gen::inRange(0, 4) == 0) record.claim = Claim{kUid, "0123456789abcdef", any_subnets()};
  if (*rc::gen::inRange(0, 4) == 0) record.reserved = any_subnets();
  if (*rc::gen::inRange(0, 4) == 0) record.public_ip_overwrite = *address_of(Family::v4);
  if (*rc::gen::inRange(0, 4) == 0) record.public_ip6_overwrite = *address_of(Family::v6);
  if (*rc::gen::inRange(0, 4) == 0) record.problems = {"annotation x: no"};
  return record;
}

RC_GTEST_PROP(CompactNode, GivesBackWhatWentIn, ()) {
  const auto record = any_record("n1");
  const CompactNode node(record);
  RC_ASSERT(node.record("n1") == record);
  int visits = 0;
  node.visit("n1", [&](const NodeRecord& seen) {
    ++visits;
    RC_ASSERT(seen == record);
  });
  RC_ASSERT(visits == 1);
}

RC_GTEST_PROP(CompactNode, VisitsEveryBlock, ()) {
  const auto record = any_record("n1");
  std::vector<IpPrefix> expected = record.pod_cidrs;
  const auto add = [&](const Subnets& subnets) {
    for (const auto& block : {subnets.v4, subnets.v6})
      if (block) expected.push_back(*block);
  };
  if (record.lease) add(record.lease->subnets);
  if (record.claim) add(record.claim->subnets);
  if (record.reserved) add(*record.reserved);
  std::vector<IpPrefix> seen;
  CompactNode(record).visit_blocks([&](const char*, const IpPrefix& block) {
    seen.push_back(block);
    return false;
  });
  std::ranges::sort(expected);
  std::ranges::sort(seen);
  RC_ASSERT(seen == expected);
}

TEST(CompactNode, AnOrdinaryNodeGivesItsHolder) {
  const auto block = IpPrefix::parse("10.244.7.0/24").value();
  const NodeRecord record{.name = "n1",
                          .uid = kUid,
                          .lease = Lease{.uid = kUid, .subnets = {.v4 = block}, .rev4 = 7},
                          .vtep = Vtep{.vni = 1},
                          .pod_cidrs = {block}};
  const auto holder = CompactNode(record).holder("n1");
  ASSERT_TRUE(holder);
  EXPECT_EQ(*holder, (LeaseHolder{.node = "n1", .lease = *record.lease, .vtep = record.vtep}));
}

TEST(CompactNode, AForeignLeaseMakesNoHolder) {
  const NodeRecord record{.name = "n1", .uid = kUid, .lease = Lease{.uid = "another"}};
  EXPECT_FALSE(CompactNode(record).holds_lease());
  EXPECT_FALSE(CompactNode(record).holder("n1"));
  EXPECT_FALSE(CompactNode().holder("n1"));
}

TEST(CompactNode, StopsWhenTheVisitorSaysSo) {
  const NodeRecord record{.uid = kUid,
                          .pod_cidrs = {IpPrefix::parse("10.0.0.0/24").value(), IpPrefix::parse("fd00::/64").value()}};
  int visits = 0;
  CompactNode(record).visit_blocks([&](const char*, const IpPrefix&) { return ++visits == 1; });
  EXPECT_EQ(visits, 1);
}

}  // namespace
}  // namespace weft
