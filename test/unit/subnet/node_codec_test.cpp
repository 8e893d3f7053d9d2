#include "subnet/node_codec.h"

#include "subnet/patch_body.h"
#include "test/support/arbitrary.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
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

Lease any_lease() {
  Lease lease{.uid = "b0e9", .subnets = any_subnets()};
  lease.source = *rc::gen::element(LeaseSource::claim, LeaseSource::pod_cidr);
  if (lease.subnets.v4) lease.rev4 = *rc::gen::nonZero<Revision>();
  if (lease.subnets.v6) lease.rev6 = *rc::gen::nonZero<Revision>();
  return lease;
}

RC_GTEST_PROP(NodeCodec, LeasesRoundTrip, ()) {
  const auto lease = any_lease();
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

// A valid value with one byte changed, or cut short: an error, or a value that is sound.
RC_GTEST_PROP(NodeCodec, DamagedLeasesAreErrorsOrSound, (char byte, bool cut)) {
  auto text = encode(any_lease());
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  if (!cut) text[at] = byte;
  if (cut) text.resize(at);
  const auto lease = decode_lease(text);
  if (lease) RC_ASSERT(decode_lease(encode(*lease)).value() == *lease);
}

// Whatever a Node says: no exception, and a short line for everything that could not be read.
RC_GTEST_PROP(NodeCodec, NothingInANodeCanBreakDecoding,
              (const std::string& text, const std::vector<std::string>& cidrs)) {
  RawNode raw{.name = text, .uid = text, .resource_version = text, .pod_cidrs = cidrs};
  for (const auto* key : {&kKeys.claim, &kKeys.lease, &kKeys.vtep, &kKeys.public_ip_overwrite, &kKeys.reserve})
    raw.annotations.emplace_back(*key, text);
  const auto record = decode_node(raw, kKeys);
  RC_ASSERT(record.problems.size() + record.pod_cidrs.size() + (record.public_ip_overwrite ? 1 : 0) ==
            5 + cidrs.size());
  for (const auto& problem : record.problems) RC_ASSERT(problem.size() < 300U);
}

TEST(NodeCodec, AReservationIsWrittenByHand) {
  EXPECT_EQ(decode_reservation(R"({"v4":"10.1.7.0/24"})")->v4, IpPrefix::parse("10.1.7.0/24").value());
  EXPECT_TRUE(decode_reservation(R"({"v":1,"v6":"fd00::/64"})"));
  for (const char* wrong :
       {"{}", R"({"v":2,"v4":"10.1.7.0/24"})", R"({"v4":"10.1.7.1/24"})", R"({"v4":"fd00::/64"})", "10.1.7.0/24"})
    EXPECT_FALSE(decode_reservation(wrong)) << wrong;
  const RawNode raw{.name = "n1", .annotations = {{"weft.network/reserve", R"({"v4":"10.1.7.0/24"})"}}};
  EXPECT_EQ(decode_node(raw, kKeys).reserved->to_string(), "10.1.7.0/24");
}

TEST(NodeCodec, ALeaseNeedsItsRevisions) {
  const auto message = [](const char* fields) {
    const auto lease = decode_lease(fmt::format(R"({{"v":1,"uid":"u","v4":"10.0.0.0/24"{}}})", fields));
    return lease ? "" : lease.error().message;
  };
  EXPECT_EQ(message(R"(,"rev4":"7")"), "");
  for (const char* fields : {"", R"(,"rev4":"0")", R"(,"rev4":"x")", R"(,"rev4":"-1")", R"(,"rev6":"7")"})
    EXPECT_NE(message(fields).find("\"rev4\" is no revision"), std::string::npos) << fields;
  EXPECT_NE(message(R"(,"rev4":7)").find("no string"), std::string::npos);
}

TEST(NodeCodec, AnUnknownSourceIsNoPodCidr) {
  const auto lease = decode_lease(R"({"v":1,"uid":"u","v4":"10.0.0.0/24","rev4":"7","src":"later"})");
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->source, LeaseSource::claim);
}

TEST(NodeCodec, NamesWhatIsWrongInAVtep) {
  const auto message = [](const char* json) { return decode_vtep(json).error().message; };
  EXPECT_NE(message(R"({"v":1,"backend":"carrier-pigeon","ip":"192.0.2.1"})").find("vxlan and host-gw"),
            std::string::npos);
  EXPECT_NE(message(R"({"v":1,"backend":"vxlan","ip":"192.0.2.1","vni":16777216})").find("0 to 16777215"),
            std::string::npos);
  EXPECT_NE(message(R"({"v":1,"backend":"vxlan","ip":"192.0.2.1","port":-1})").find("\"port\""), std::string::npos);
  EXPECT_NE(message(R"({"v":1,"backend":"vxlan","ip":"192.0.2.1","mac":"x"})").find("no MAC address"),
            std::string::npos);
  EXPECT_NE(message(R"({"v":1,"backend":"vxlan","ip":"2001:db8::1"})").find("not IPv4"), std::string::npos);
  EXPECT_NE(message(R"({"v":1,"backend":"vxlan"})").find("both missing"), std::string::npos);
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

TEST(PatchBody, OneBodyForEachStepOfTheProtocol) {
  const Subnets subnets{.v4 = IpPrefix::parse("10.0.0.0/24").value()};
  const Claim claim{"u", "0123456789abcdef", subnets};
  const Lease lease{.uid = "u", .subnets = subnets, .rev4 = 41};
  const Vtep vtep{
      .vni = 1, .port = 8472, .ip = IpAddress::from_v4(0xc0000201), .mac = MacAddress::locally_administered(7)};
  const auto annotations = [](const NodePatch& patch) {
    return nlohmann::json::parse(patch_body(patch, kKeys)).at("metadata").at("annotations");
  };

  NodePatch patch{.revision = 42, .uid = "u"};
  patch.claim = AnnotationChange<Claim>::to(claim);
  patch.lease = AnnotationChange<Lease>::removed();
  EXPECT_EQ(annotations(patch),
            (nlohmann::json{{"weft.network/claim", encode(claim)}, {"weft.network/lease", nullptr}}));

  patch = {.revision = 43, .uid = "u"};
  patch.claim = AnnotationChange<Claim>::removed();
  patch.lease = AnnotationChange<Lease>::to(lease);
  patch.vtep = AnnotationChange<Vtep>::to(vtep);
  EXPECT_EQ(annotations(patch), (nlohmann::json{{"weft.network/claim", nullptr},
                                                {"weft.network/lease", encode(lease)},
                                                {"weft.network/vtep", encode(vtep)}}));

  patch = {.revision = 44, .uid = "u"};
  patch.vtep = AnnotationChange<Vtep>::to(vtep);
  EXPECT_EQ(annotations(patch), (nlohmann::json{{"weft.network/vtep", encode(vtep)}})) << "a new uplink address";
}

TEST(PatchBody, ForgettingTakesBackAllButTheAdministratorsOwn) {
  EXPECT_EQ(forget_body(kKeys), R"({"metadata":{"annotations":{"weft.network/claim":null,"weft.network/lease":null,)"
                                R"("weft.network/vtep":null}}})");
}

TEST(PatchBody, NetworkCondition) {
  EXPECT_EQ(network_condition_body(false, "WeftIsUp", "ready", "2026-01-31T12:00:00Z"),
            R"({"status":{"conditions":[{"type":"NetworkUnavailable","status":"False","reason":"WeftIsUp",)"
            R"("message":"ready","lastHeartbeatTime":"2026-01-31T12:00:00Z",)"
            R"("lastTransitionTime":"2026-01-31T12:00:00Z"}]}})");
}

}  // namespace
}  // namespace weft
