// One pass of dump, plan and apply repairs whatever another hand did. Flannel heals none of these
// (each was measured); here they hold on the real kernel and on the fake.
#include "test/contract/kernel_contract.h"
#include "test/support/literals.h"
#include "test/support/sample_overlay.h"

#include <cstdint>

namespace weft::test {
namespace {

TEST_P(KernelRepair, DeviceDeleted) { hand().remove_link("weft.1"); }
TEST_P(KernelRepair, DeviceDeletedV6) { hand().remove_link("weft-v6.1"); }
TEST_P(KernelRepair, DeviceDown) { hand().set_up("weft.1", false); }
TEST_P(KernelRepair, DeviceDownV6) { hand().set_up("weft-v6.1", false); }
TEST_P(KernelRepair, DeviceDownAndUp) {
  for (const char* name : {"weft.1", "weft-v6.1"}) {
    hand().set_up(name, false);
    hand().set_up(name, true);
  }
}
TEST_P(KernelRepair, OtherMac) { hand().set_mac("weft.1", hw("0a:58:00:00:99:99")); }
TEST_P(KernelRepair, OtherMacV6) { hand().set_mac("weft-v6.1", hw("0a:58:00:00:99:99")); }
TEST_P(KernelRepair, OtherMtu) { hand().set_mtu("weft.1", 1400); }
TEST_P(KernelRepair, MtuTooSmallForIpv6) { hand().set_mtu("weft-v6.1", 1200); }
TEST_P(KernelRepair, DeviceOfAnotherKind) {
  hand().remove_link("weft.1");
  hand().add_bridge("weft.1");
}
TEST_P(KernelRepair, DeviceOfAnotherVni) {
  hand().remove_link("weft.1");
  hand().add_vxlan("weft.1", 9, 8472, "up0");
}
TEST_P(KernelRepair, UplinkReplaced) {
  hand().remove_link("up0");
  hand().add_ethernet("up0", 1500);
  hand().add_address({"up0", ip("192.0.2.1"), 24});
  hand().add_address({"up0", ip("2001:db8::1"), 64});
}
TEST_P(KernelRepair, AddressRemoved) {
  for (const auto& address : sample_overlay().addresses) hand().remove_address(address);
}
TEST_P(KernelRepair, AddressAdded) {
  hand().add_address({"weft.1", ip("10.244.0.1"), 24});
  hand().add_address({"weft-v6.1", ip("fd00:10:244::1"), 64});
}
TEST_P(KernelRepair, AddressExchanged) {
  hand().add_address({"weft.1", ip("10.244.99.0"), 32});
  hand().remove_address({"weft.1", ip("10.244.0.0"), 32});
  hand().add_address({"weft-v6.1", ip("fd00:10:244:99::"), 128});
  hand().remove_address({"weft-v6.1", ip("fd00:10:244::"), 128});
}
TEST_P(KernelRepair, RoutesRemoved) {
  for (const auto& route : sample_overlay().routes) hand().remove_route(route);
}
TEST_P(KernelRepair, NeighboursRemoved) {
  for (const auto& neighbour : sample_overlay().neighbours) hand().remove_neighbour(neighbour);
}
TEST_P(KernelRepair, FdbEntriesRemoved) {
  for (const auto& entry : sample_overlay().fdb) hand().remove_fdb(entry);
}
TEST_P(KernelRepair, EntriesOfAPeerThatHasGone) {
  KernelState more;
  add_overlay_peer(more, 9);
  apply_all(puts_of(more));
}
TEST_P(KernelRepair, WrongMacsAndRemotes) {
  KernelState wrong = sample_overlay();
  for (auto& neighbour : wrong.neighbours) neighbour.mac = hw("0a:58:00:00:99:99");
  for (auto& entry : wrong.fdb) entry.remote = ip(entry.remote.is_v4() ? "192.0.2.99" : "2001:db8::99");
  apply_all(puts_of(wrong));
}
TEST_P(KernelRepair, WrongGateways) {
  KernelState wrong = sample_overlay();
  for (auto& route : wrong.routes) route.gateway = ip(route.destination.is_v4() ? "10.244.99.0" : "fd00:10:244:99::");
  apply_all(puts_of(wrong));
}
TEST_P(KernelRepair, RoutesOfAnOlderFlannel) {
  for (Route route : sample_overlay().routes) {
    route.metric = route.destination.is_v4() ? 0 : 1024;
    hand().add_route(route, kProtocolBoot);
  }
}

}  // namespace
}  // namespace weft::test
