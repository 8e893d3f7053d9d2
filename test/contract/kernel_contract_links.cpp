// Devices: what a put does and refuses, and what a device takes with it.
#include "test/contract/kernel_contract.h"
#include "test/support/literals.h"
#include "test/support/sample_overlay.h"

#include <algorithm>
#include <cerrno>

namespace weft::test {
namespace {

// The objects of `state` of one family whose link is not the device itself.
KernelState without_family(KernelState state, Family family) {
  const auto drop = [family](const IpAddress& address) { return address.family() == family; };
  std::erase_if(state.addresses, [&](const LinkAddress& own) { return drop(own.address); });
  std::erase_if(state.neighbours, [&](const Neighbour& peer) { return drop(peer.address); });
  std::erase_if(state.routes, [&](const Route& route) { return route.destination.family() == family; });
  return state;
}

TEST_P(KernelContract, WhatIsPutIsShown) {
  apply_all(puts_of(sample_overlay()));
  EXPECT_EQ(own(), sample_overlay());
}

TEST_P(KernelContract, PuttingTwiceIsPuttingOnce) {
  apply_all(puts_of(sample_overlay()));
  apply_all(puts_of(sample_overlay()));
  EXPECT_EQ(own(), sample_overlay());
}

TEST_P(KernelContract, RemovingAllLeavesNothingAndCanBeRepeated) {
  apply_all(puts_of(sample_overlay()));
  apply_all(removes_of(sample_overlay()));
  EXPECT_EQ(own(), KernelState{});
  apply_all(removes_of(sample_overlay()));
}

TEST_P(KernelContract, ALinkThatIsNoVxlanCannotBePut) {
  EXPECT_EQ(code_of_put(Link{.name = "weft.1", .vxlan = std::nullopt, .mtu = 1450, .up = true}), EINVAL);
}

TEST_P(KernelContract, AnUnknownUplinkIsRefused) {
  Link link = overlay_link(Family::v4);
  link.vxlan->uplink = "up7";
  EXPECT_EQ(code_of_put(link), ENODEV);
}

TEST_P(KernelContract, FixedAttributesAreNotChangedInPlace) {
  apply_all(puts_of(sample_overlay()));
  Link link = overlay_link(Family::v4);
  link.vxlan->local = ip("192.0.2.99");
  EXPECT_EQ(code_of_put(link), EEXIST);
  EXPECT_EQ(own(), sample_overlay());
}

TEST_P(KernelContract, ADeviceOfAnotherKindIsShownAndMustGoFirst) {
  hand().add_bridge("weft.1");
  const auto links = own().links;
  ASSERT_EQ(links.size(), 1U);
  EXPECT_FALSE(links[0].vxlan);
  EXPECT_EQ(code_of_put(overlay_link(Family::v4)), EEXIST);
  EXPECT_EQ(code_of_remove(links[0]), 0);
  EXPECT_EQ(code_of_put(overlay_link(Family::v4)), 0);
}

TEST_P(KernelContract, AnotherOwnersVniAndPortAreTaken) {
  hand().add_vxlan("flannel.1", 1, 8472, "up0");
  EXPECT_EQ(code_of_put(overlay_link(Family::v4)), EEXIST);
  // Devices over IPv6 share nothing with those over IPv4.
  EXPECT_EQ(code_of_put(overlay_link(Family::v6)), 0);
}

TEST_P(KernelContract, MtuMacAndFlagAreChangedInPlaceAndTheFdbStays) {
  apply_all(puts_of(sample_overlay()));
  Link link = overlay_link(Family::v4);
  link.mtu = 1400;
  link.mac = hw("0a:58:00:00:99:99");
  EXPECT_EQ(code_of_put(link), 0);
  EXPECT_EQ(own().links.at(1), link);
  EXPECT_EQ(own().fdb, sample_overlay().fdb);
  link.up = false;
  EXPECT_EQ(code_of_put(link), 0);
  EXPECT_EQ(own().links.at(1), link);
}

TEST_P(KernelContract, AnMtuAboveTheUplinksIsCutAtCreationAndRefusedLater) {
  Link link = overlay_link(Family::v4);
  link.mtu = 9000;
  EXPECT_EQ(code_of_put(link), 0);
  EXPECT_EQ(own().links.at(0).mtu, 1450U);
  EXPECT_EQ(code_of_put(link), EINVAL);
  EXPECT_EQ(own().links.at(0).mtu, 1450U);
}

TEST_P(KernelContract, AnMtuBelow1280TakesIpv6) {
  apply_all(puts_of(sample_overlay()));
  hand().set_mtu("weft-v6.1", 1279);
  KernelState left = without_family(sample_overlay(), Family::v6);
  left.links = own().links;
  EXPECT_EQ(own(), left);
}

TEST_P(KernelContract, AnotherMacTakesEvenPermanentNeighbours) {
  apply_all(puts_of(sample_overlay()));
  hand().set_mac("weft.1", hw("0a:58:00:00:99:99"));
  hand().set_mac("weft-v6.1", hw("0a:58:00:00:99:98"));
  KernelState left = sample_overlay();
  left.neighbours.clear();
  left.links = own().links;
  EXPECT_EQ(own(), left);
}

TEST_P(KernelContract, GoingDownTakesRoutesNeighboursAndIpv6Addresses) {
  apply_all(puts_of(sample_overlay()));
  hand().set_up("weft.1", false);
  hand().set_up("weft-v6.1", false);
  KernelState left = sample_overlay();
  for (auto& link : left.links) link.up = false;
  left.neighbours.clear();
  left.routes.clear();
  std::erase_if(left.addresses, [](const LinkAddress& held) { return !held.address.is_v4(); });
  EXPECT_EQ(own(), left);
  hand().set_up("weft.1", true);  // coming up brings nothing back
  for (auto& link : left.links) link.up = link.name == "weft.1";
  EXPECT_EQ(own(), left);
}

TEST_P(KernelContract, ADeletedDeviceTakesEverything) {
  apply_all(puts_of(sample_overlay()));
  hand().remove_link("weft.1");
  KernelState left = sample_overlay();
  const auto is_gone = [](const auto& object) { return object.link == "weft.1"; };
  std::erase_if(left.links, [](const Link& link) { return link.name == "weft.1"; });
  std::erase_if(left.addresses, is_gone);
  std::erase_if(left.neighbours, is_gone);
  std::erase_if(left.fdb, is_gone);
  std::erase_if(left.routes, is_gone);
  EXPECT_EQ(own(), left);
}

TEST_P(KernelContract, AnUplinkTakesItsTunnels) {
  apply_all(puts_of(sample_overlay()));
  hand().remove_link("up0");
  EXPECT_EQ(own(), KernelState{});
}

}  // namespace
}  // namespace weft::test
