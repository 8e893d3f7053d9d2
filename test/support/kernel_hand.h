// What somebody else does to the kernel behind Weft's back: one interface over the fake and the real kernel.
//
// For tests. Functions abort or throw where the kernel refuses: a scenario that cannot be set up is no scenario.
#pragma once

#include "backend/kernel_values.h"

#include <cstdint>
#include <string>

namespace weft::test {

// rtm_protocol of other programs' routes (linux/rtnetlink.h).
inline constexpr std::uint8_t kProtocolKernel = 2;
inline constexpr std::uint8_t kProtocolBoot = 3;
inline constexpr std::uint8_t kProtocolStatic = 4;

class KernelHand {
 public:
  virtual ~KernelHand() = default;

  virtual void add_ethernet(const std::string& name, std::uint32_t mtu) = 0;  // up
  virtual void add_bridge(const std::string& name) = 0;                       // up
  virtual void add_vxlan(const std::string& name, std::uint32_t vni, std::uint16_t port, const std::string& uplink) = 0;
  virtual void remove_link(const std::string& name) = 0;
  virtual void set_up(const std::string& name, bool up) = 0;
  virtual void set_mtu(const std::string& name, std::uint32_t mtu) = 0;
  virtual void set_mac(const std::string& name, const MacAddress& mac) = 0;

  virtual void add_address(const LinkAddress& address) = 0;
  virtual void remove_address(const LinkAddress& address) = 0;
  virtual void remove_neighbour(const Neighbour& neighbour) = 0;
  virtual void remove_fdb(const FdbEntry& entry) = 0;
  virtual void add_route(const Route& route, std::uint8_t protocol) = 0;
  virtual void remove_route(const Route& route) = 0;
};

}  // namespace weft::test
