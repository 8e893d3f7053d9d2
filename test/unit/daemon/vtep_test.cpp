#include "backend/node_facts.h"
#include "daemon/vtep_keeper.h"
#include "subnet/file_writer.h"
#include "subnet/network_config.h"
#include "test/support/temporary_directory.h"

#include <gtest/gtest.h>

#include <array>

namespace weft {
namespace {

MacAddress mac(const char* text) { return MacAddress::parse(text).value(); }
IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }
constexpr auto kRandom = [] { return std::uint64_t{0x1122334455}; };

NetworkConfig dual_stack() {
  NetworkConfig config;
  config.v4 = FamilyConfig{.network = IpPrefix::parse("10.244.0.0/16").value()};
  config.v6 = FamilyConfig{.network = IpPrefix::parse("fd00:10:244::/48").value()};
  return config;
}

UplinkReport uplink() {
  return {.uplink = Uplink{.link = "eth0",
                           .mtu = 1500,
                           .local4 = ip("192.0.2.7"),
                           .local6 = ip("2001:db8::7"),
                           .public4 = ip("192.0.2.7"),
                           .public6 = ip("2001:db8::7")}};
}

TEST(VtepIdentity, RoundTrip) {
  const VtepIdentity identity{mac("0a:00:00:00:00:01"), mac("0a:00:00:00:00:02")};
  const KnownMacs known = parse_vtep_identity(render_vtep_identity(identity));
  EXPECT_EQ(known.mac, identity.mac);
  EXPECT_EQ(known.mac6, identity.mac6);
}

TEST(VtepIdentity, BrokenFilesAreNoIdentity) {
  for (const char* text : {"", "{", "[]", "null", R"({"mac":7})", R"({"mac":"01:00:00:00:00:01"})",
                           R"({"mac":"00:00:00:00:00:00"})", R"({"mac":"nonsense"})"}) {
    EXPECT_FALSE(parse_vtep_identity(text).mac) << text;
  }
}

TEST(VtepIdentity, TheFirstSourceWinsForEachFamily) {
  const std::array<KnownMacs, 2> sources{KnownMacs{std::nullopt, mac("0a:00:00:00:00:02")},
                                         KnownMacs{mac("0a:00:00:00:00:03"), mac("0a:00:00:00:00:04")}};
  const VtepIdentity identity = choose_vtep_identity(sources, kRandom);
  EXPECT_EQ(identity.mac, mac("0a:00:00:00:00:03"));
  EXPECT_EQ(identity.mac6, mac("0a:00:00:00:00:02"));
  const VtepIdentity fresh = choose_vtep_identity({}, kRandom);
  EXPECT_TRUE(fresh.mac.is_unicast());
  EXPECT_EQ(fresh.mac.bytes()[0] & 0x02, 0x02);
}

TEST(VtepKeeper, WaitsForBothListAndUplink) {
  const test::TemporaryDirectory directory;
  VtepKeeper keeper(dual_stack(), directory.path(), kRandom);
  EXPECT_FALSE(keeper.changed());
  keeper.set_uplink(uplink());
  EXPECT_FALSE(keeper.changed());
  keeper.set_published(std::nullopt);
  const auto vtep = keeper.changed();
  ASSERT_TRUE(vtep);
  EXPECT_EQ(vtep->ip, ip("192.0.2.7"));
  EXPECT_EQ(vtep->ip6, ip("2001:db8::7"));
  EXPECT_TRUE(vtep->mac && vtep->mac6);
  EXPECT_FALSE(keeper.changed());  // nothing new
}

TEST(VtepKeeper, TheMacSurvivesARestartAndAnUplinkChange) {
  const test::TemporaryDirectory directory;
  VtepKeeper first(dual_stack(), directory.path(), kRandom);
  first.set_uplink(uplink());
  first.set_published(std::nullopt);
  const auto published = first.changed();
  ASSERT_TRUE(published);
  VtepKeeper second(dual_stack(), directory.path(), [] { return std::uint64_t{0x999999}; });
  second.set_uplink(uplink());
  second.set_published(std::nullopt);
  EXPECT_EQ(second.changed(), published);
  UplinkReport moved = uplink();
  moved.uplink->public4 = ip("192.0.2.99");
  second.set_uplink(moved);
  const auto again = second.changed();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->mac, published->mac);
  EXPECT_EQ(again->ip, ip("192.0.2.99"));
}

TEST(VtepKeeper, AfterARebootTheOwnAnnotationKnows) {
  const test::TemporaryDirectory directory;
  VtepKeeper keeper(dual_stack(), directory.path(), kRandom);
  NodeRecord own;
  own.vtep = Vtep{.mac = mac("0a:00:00:00:00:05")};
  keeper.set_published(own);
  keeper.set_uplink(uplink());
  EXPECT_EQ(keeper.changed()->mac, mac("0a:00:00:00:00:05"));
}

TEST(VtepKeeper, ADeviceThatIsThereWinsOverTheAnnotation) {
  const test::TemporaryDirectory directory;
  VtepKeeper keeper(dual_stack(), directory.path(), kRandom);
  NodeRecord own;
  own.vtep = Vtep{.mac = mac("0a:00:00:00:00:05")};
  keeper.set_published(own);
  UplinkReport report = uplink();
  report.device_mac = mac("0a:00:00:00:00:06");
  keeper.set_uplink(report);
  EXPECT_EQ(keeper.changed()->mac, mac("0a:00:00:00:00:06"));
}

TEST(VtepKeeper, AReadOnlyRunDirectoryIsAProblemNotAFailure) {
  VtepKeeper keeper(dual_stack(), "/proc/nonexistent", kRandom);
  keeper.set_published(std::nullopt);
  keeper.set_uplink(uplink());
  EXPECT_TRUE(keeper.changed());
  EXPECT_NE(keeper.problem(), "");
}

TEST(VtepKeeper, WithoutAnUplinkNothingIsPublished) {
  const test::TemporaryDirectory directory;
  VtepKeeper keeper(dual_stack(), directory.path(), kRandom);
  keeper.set_published(std::nullopt);
  keeper.set_uplink({.error = "no default route"});
  EXPECT_FALSE(keeper.changed());
}

}  // namespace
}  // namespace weft
