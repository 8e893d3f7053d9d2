// The other hand on the fake kernel.
#include "test/support/fake_kernel.h"

#include <stdexcept>

namespace weft::test {

namespace {

void must(int code) {
  if (code != 0) throw std::runtime_error("the fake kernel refuses with errno " + std::to_string(code));
}

}  // namespace

FakeKernel::Device& FakeKernel::at(const std::string& name) {
  auto* device = find(name);
  if (device == nullptr) throw std::runtime_error("the fake kernel has no device " + name);
  return *device;
}

void FakeKernel::add_ethernet(const std::string& name, std::uint32_t mtu) {
  devices_.push_back({.link = {.name = name, .mtu = mtu, .up = true}, .addresses = {}});
}

void FakeKernel::add_bridge(const std::string& name) { add_ethernet(name, 1500); }

void FakeKernel::add_vxlan(const std::string& name, std::uint32_t vni, std::uint16_t port, const std::string& uplink) {
  const VxlanParams vxlan{.vni = vni, .port = port, .uplink = uplink, .local = IpAddress(), .learning = true};
  must(create({.name = name, .vxlan = vxlan, .mtu = 1450, .up = true}));
}

void FakeKernel::remove_link(const std::string& name) { must(remove(at(name).link)); }
void FakeKernel::set_up(const std::string& name, bool up) { change_up(at(name), up); }
void FakeKernel::set_mtu(const std::string& name, std::uint32_t mtu) { must(change_mtu(at(name), mtu)); }
void FakeKernel::set_mac(const std::string& name, const MacAddress& mac) { change_mac(at(name), mac); }
void FakeKernel::add_address(const LinkAddress& address) { must(put(address)); }
void FakeKernel::remove_address(const LinkAddress& address) { must(remove(address)); }
void FakeKernel::remove_neighbour(const Neighbour& neighbour) { must(remove(neighbour)); }
void FakeKernel::remove_fdb(const FdbEntry& entry) { must(remove(entry)); }
void FakeKernel::add_route(const Route& route, std::uint8_t protocol) { must(put_route(route, protocol)); }
void FakeKernel::remove_route(const Route& route) { must(remove(route)); }

}  // namespace weft::test
