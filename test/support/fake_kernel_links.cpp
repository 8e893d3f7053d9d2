// Devices, and what they take with them.
#include "backend/desired_state.h"
#include "test/support/fake_kernel.h"

#include <algorithm>
#include <cerrno>

namespace weft::test {

namespace {

constexpr std::uint32_t kMinimumMtu = 68;     // ETH_MIN_MTU
constexpr std::uint32_t kMinimumMtu6 = 1280;  // IPV6_MIN_MTU: below it a device has no IPv6

std::uint32_t headroom(const VxlanParams& vxlan) { return vxlan.local.is_v4() ? kVxlanOverheadV4 : kVxlanOverheadV6; }

// net/drivers/vxlan: devices of one underlay family share VNI and port with nobody.
bool collide(const VxlanParams& a, const VxlanParams& b) {
  return a.vni == b.vni && a.port == b.port && a.local.family() == b.local.family();
}

}  // namespace

int FakeKernel::put(const Link& link) {
  if (!link.vxlan) return EINVAL;
  auto* device = find(link.name);
  if (device == nullptr) return create(link);
  return device->link.vxlan == link.vxlan ? change(*device, link) : EEXIST;
}

int FakeKernel::create(const Link& link) {
  if (!link.vxlan) return EINVAL;
  const auto& vxlan = *link.vxlan;
  const auto* uplink = find(vxlan.uplink);
  if (uplink == nullptr) return ENODEV;
  const auto takes = [&](const Device& other) { return other.link.vxlan && collide(*other.link.vxlan, vxlan); };
  if (std::ranges::any_of(devices_, takes)) return EEXIST;
  Device device{.link = link, .addresses = {}};
  // At creation the kernel takes the largest MTU that fits; later it refuses a larger one.
  device.link.mtu = std::min(link.mtu, uplink->link.mtu - headroom(vxlan));
  devices_.push_back(std::move(device));
  return 0;
}

int FakeKernel::change(Device& device, const Link& link) {
  // One request, checked before it is done.
  if (const int code = link.mtu == device.link.mtu ? 0 : change_mtu(device, link.mtu)) return code;
  change_mac(device, link.mac);
  change_up(device, link.up);
  return 0;
}

int FakeKernel::change_mtu(Device& device, std::uint32_t mtu) {
  if (mtu < kMinimumMtu) return EINVAL;
  if (const auto& vxlan = device.link.vxlan) {
    const auto* uplink = find(vxlan->uplink);
    if (uplink != nullptr && mtu > uplink->link.mtu - headroom(*vxlan)) return EINVAL;
  }
  device.link.mtu = mtu;
  if (mtu < kMinimumMtu6) stop_family(device, Family::v6);
  return 0;
}

// neigh_changeaddr: even permanent neighbours go.
void FakeKernel::change_mac(Device& device, const MacAddress& mac) {
  if (device.link.mac == mac) return;
  device.link.mac = mac;
  std::erase_if(neighbours_, [&](const Neighbour& neighbour) { return neighbour.link == device.link.name; });
}

void FakeKernel::change_up(Device& device, bool up) {
  if (device.link.up == up) return;
  device.link.up = up;
  if (!up) {
    stop_family(device, Family::v4);
    stop_family(device, Family::v6);
    return;
  }
  for (const auto& address : device.addresses) connect(device, address);
}

// IPv4 keeps its addresses, IPv6 does not (net.ipv6.conf.*.keep_addr_on_down is 0).
void FakeKernel::stop_family(Device& device, Family family) {
  const std::string& name = device.link.name;
  std::erase_if(routes_, [&](const Entry& entry) {
    return entry.route.link == name && entry.route.destination.family() == family;
  });
  std::erase_if(neighbours_, [&](const Neighbour& neighbour) {
    return neighbour.link == name && neighbour.address.family() == family;
  });
  if (family == Family::v4) return;
  std::erase_if(device.addresses, [](const InterfaceAddress& held) { return !held.address.is_v4(); });
}

int FakeKernel::remove(const Link& link) {
  auto* device = find(link.name);
  if (device == nullptr) return ENODEV;
  if (!device->removable) return EOPNOTSUPP;
  const std::string name = device->link.name;
  stop_family(*device, Family::v4);
  stop_family(*device, Family::v6);
  std::erase_if(fdb_, [&](const FdbEntry& entry) { return entry.link == name; });
  std::erase_if(devices_, [&](const Device& other) { return other.link.name == name; });
  // A tunnel does not outlive the device under it.
  std::vector<Link> above;
  for (const auto& other : devices_) {
    if (other.link.vxlan && other.link.vxlan->uplink == name) above.push_back(other.link);
  }
  for (const auto& other : above) (void)remove(other);
  return 0;
}

}  // namespace weft::test
