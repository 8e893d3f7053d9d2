// The contract on the real kernel, in namespaces of the test's own.
#include "backend/netlink_kernel.h"
#include "test/contract/kernel_contract.h"
#include "test/support/kernel_objects.h"
#include "test/support/namespace.h"

#include <stdexcept>

namespace weft::test {
namespace {

std::string text_of(const LinkAddress& address) {
  return fmt::format("{}/{}", address.address.to_string(), address.length);
}

class NetlinkHand final : public KernelHand {
 public:
  void add_ethernet(const std::string& name, std::uint32_t mtu) override { other_.add_veth(name, mtu); }
  void add_bridge(const std::string& name) override { other_.add_bridge(name); }
  void add_vxlan(const std::string& name, std::uint32_t vni, std::uint16_t port, const std::string& uplink) override {
    other_.add_vxlan(name, vni, port, uplink);
  }
  void remove_link(const std::string& name) override { other_.remove_link(name); }
  void set_up(const std::string& name, bool up) override { other_.set_up(name, up); }
  void set_mtu(const std::string& name, std::uint32_t mtu) override { other_.set_mtu(name, mtu); }
  void set_mac(const std::string& name, const MacAddress& mac) override { other_.set_mac(name, mac); }
  void add_address(const LinkAddress& address) override { other_.add_address(address.link, text_of(address)); }
  void remove_address(const LinkAddress& address) override { other_.remove_address(address.link, text_of(address)); }
  void remove_neighbour(const Neighbour& neighbour) override { other_.remove(neighbour); }
  void remove_fdb(const FdbEntry& entry) override { other_.remove(entry); }
  void add_route(const Route& route, std::uint8_t protocol) override { other_.add_route(route, protocol); }
  void remove_route(const Route& route) override { other_.remove_route(route); }

 private:
  OtherHand other_;
};

class NetlinkUnderTest final : public KernelUnderTest {
 public:
  Kernel& kernel() override { return kernel_; }
  KernelHand& hand() override { return hand_; }

 private:
  static NetlinkKernel open() {
    auto opened = NetlinkKernel::open();
    if (!opened) throw std::runtime_error(opened.error().message);
    return *std::move(opened);
  }

  NetlinkKernel kernel_ = open();
  NetlinkHand hand_;
};

std::unique_ptr<KernelUnderTest> make_netlink() {
  new_network();
  return std::make_unique<NetlinkUnderTest>();
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Netlink, KernelContract, testing::Values(&make_netlink));
INSTANTIATE_TEST_SUITE_P(Netlink, KernelRepair, testing::Values(&make_netlink));

}  // namespace weft::test
