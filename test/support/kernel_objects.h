// What a kernel test needs around Weft: an uplink, and another hand on the same kernel.
//
// "Another hand" is a second socket: what somebody else does behind the daemon's back. Functions throw
// std::runtime_error where the kernel refuses. Kernel tests only, in a namespace of their own (namespace.h).
#pragma once

#include "backend/kernel_values.h"
#include "backend/netlink/socket.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::test {

class OtherHand {
 public:
  OtherHand();

  // A veth pair `name` and `name`-peer, both up, with MTU `mtu`. (Not every kernel has dummy devices.)
  void add_veth(const std::string& name, std::uint32_t mtu = 1500);
  void add_vxlan(const std::string& name, std::uint32_t vni, std::uint16_t port, const std::string& uplink);
  void add_bridge(const std::string& name);
  void remove_link(const std::string& name);
  void set_up(const std::string& name, bool up);
  void set_mtu(const std::string& name, std::uint32_t mtu);
  void set_mac(const std::string& name, const MacAddress& mac);

  void add_address(const std::string& link, std::string_view prefix);  // "192.0.2.1/24"
  void remove_address(const std::string& link, std::string_view prefix);
  void remove(const Neighbour& neighbour);
  void remove(const FdbEntry& entry);
  void add_route(const Route& route, std::uint8_t protocol);
  void remove_route(const Route& route);

  [[nodiscard]] int index_of(const std::string& link);
  netlink::Socket& socket() { return socket_; }

 private:
  void run(const netlink::Message& message);

  netlink::Socket socket_;
};

}  // namespace weft::test
