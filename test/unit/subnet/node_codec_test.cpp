#include "subnet/node_codec.h"

#include "subnet/patch_body.h"
#include "test/support/arbitrary.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weft {
namespace {

const AnnotationKeys kKeys = AnnotationKeys::under("weft.network").value();

Subnets any_subnets() {
  const bool v4 = *rc::gen::arbitrary<bool>();
  Subnets subnets;
  if (v4) subnets.v4 = *prefix_of(Family::v4);
  if (!v4 || *rc::gen::arbitrary<bool>()) subnets.v6 = *prefix_of(Family::v6);
  return subnets;
}

RC_GTEST_PROP(NodeCodec, ClaimsRoundTrip, ()) {
  const Claim claim{"b0e9", "0123456789abcdef", any_subnets()};
  RC_ASSERT(decode_claim(encode(claim)).value() == claim);
}

RC_GTEST_PROP(NodeCodec, LeasesRoundTrip, (Revision rev4, Revision rev6, bool adopted)) {
  Lease lease{.uid = "b0e9", .subnets = any_subnets()};
  lease.source = adopted ? LeaseSource::pod_cidr : LeaseSource::claim;
  if (lease.subnets.v4) lease.rev4 = rev4;
  if (lease.subnets.v6) lease.rev6 = rev6;
  RC_ASSERT(decode_lease(encode(lease)).value() == lease);
}

RC_GTEST_PROP(NodeCodec, VtepsRoundTrip, (const MacAddress& mac, std::uint16_t port)) {
  const Vtep vtep{.vni = *rc::gen::inRange(1U, 1U << 24),
                  .port = port,
                  .ip = *address_of(Family::v4),
                  .ip6 = *address_of(Family::v6),
                  .mac = mac};
  RC_ASSERT(decode_vtep(encode(vtep)).value() == vtep);
}

TEST(NodeCodec, WritesTheDocumentedForm) {
  const Lease lease{.uid = "u",
                    .subnets = {.v4 = IpPrefix::parse("10.244.7.0/24").value()},
                    .source = LeaseSource::pod_cidr,
                    .rev4 = 42};
  EXPECT_EQ(encode(lease), R"({"v":1,"uid":"u","v4":"10.244.7.0/24","src":"podCIDR","rev4":"42"})");
}

TEST(NodeCodec, IgnoresUnknownFields) {
  EXPECT_TRUE(decode_claim(R"({"v":1,"uid":"u","nonce":"0","v4":"10.0.0.0/24","later":{"a":[1]}})"));
}

TEST(NodeCodec, NamesWhatIsWrong) {
  const auto message = [](const char* json) { return decode_claim(json).error().message; };
  EXPECT_EQ(message("nonsense"), "is no JSON object");
  EXPECT_EQ(message("[1]"), "is no JSON object");
  EXPECT_EQ(message(R"({"uid":"u"})"), "\"v\" is missing");
  EXPECT_NE(message(R"({"v":2,"uid":"u"})").find("is 2"), std::string::npos);
  EXPECT_EQ(message(R"({"v":1,"uid":7})"), "\"uid\" is no string");
  EXPECT_NE(message(R"({"v":1,"uid":"u","nonce":"0","v4":"10.0.0.1/24"})").find("10.0.0.0/24"), std::string::npos);
  EXPECT_NE(message(R"({"v":1,"uid":"u","nonce":"0","v4":"fd00::/64"})").find("not IPv4"), std::string::npos);
  EXPECT_NE(message(R"({"v":1,"uid":"u","nonce":"0"})").find("both missing"), std::string::npos);
}

TEST(NodeCodec, SurvivesHugeAndDeepValues) {
  EXPECT_NE(decode_vtep(std::string(200'000, '[')).error().message.find("200000 bytes"), std::string::npos);
  EXPECT_FALSE(decode_vtep(std::string(4096, '[')));
}

TEST(NodeCodec, ABadAnnotationCostsOnlyItself) {
  const RawNode raw{.name = "n1",
                    .uid = "u",
                    .resource_version = "17",
                    .annotations = {{"weft.network/lease", "garbage"},
                                    {"weft.network/claim", R"({"v":1,"uid":"u","nonce":"0","v4":"10.0.0.0/24"})"},
                                    {"weft.network/public-ip-overwrite", "2001:db8::1"},
                                    {"weft.network/public-ipv6-overwrite", "2001:db8::1"}},
                    .pod_cidrs = {"10.0.1.0/24", "what"},
                    .has_spec = true};
  const auto record = decode_node(raw, kKeys);
  EXPECT_EQ(record.revision, 17U);
  EXPECT_FALSE(record.lease);
  EXPECT_TRUE(record.claim);
  EXPECT_FALSE(record.public_ip_overwrite);
  EXPECT_TRUE(record.public_ip6_overwrite);
  EXPECT_EQ(record.pod_cidrs.size(), 1U);
  EXPECT_EQ(record.problems.size(), 3U);
}

TEST(AnnotationKeys, WantADnsSubdomain) {
  EXPECT_EQ(AnnotationKeys::under("example.com")->lease, "example.com/lease");
  for (const char* prefix : {"", "Weft.network", "a/b", "a..b", "-a", "a-", "a_b"})
    EXPECT_FALSE(AnnotationKeys::under(prefix)) << prefix;
}

TEST(PatchBody, CarriesBothGuardsAndOnlyTheChanges) {
  NodePatch patch{.revision = 42, .uid = "u"};
  patch.claim = AnnotationChange<Claim>::removed();
  patch.lease = AnnotationChange<Lease>::to({.uid = "u", .subnets = {.v4 = IpPrefix::parse("10.0.0.0/24").value()}});
  EXPECT_EQ(
      patch_body(patch, kKeys),
      R"({"metadata":{"uid":"u","resourceVersion":"42","annotations":{"weft.network/claim":null,)"
      R"("weft.network/lease":"{\"v\":1,\"uid\":\"u\",\"v4\":\"10.0.0.0/24\",\"src\":\"claim\",\"rev4\":\"0\"}"}}})");
}

TEST(PatchBody, NetworkCondition) {
  EXPECT_EQ(network_condition_body(false, "WeftIsUp", "ready", "2026-01-31T12:00:00Z"),
            R"({"status":{"conditions":[{"type":"NetworkUnavailable","status":"False","reason":"WeftIsUp",)"
            R"("message":"ready","lastHeartbeatTime":"2026-01-31T12:00:00Z",)"
            R"("lastTransitionTime":"2026-01-31T12:00:00Z"}]}})");
}

}  // namespace
}  // namespace weft
