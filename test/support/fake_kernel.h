// A kernel for tests, behind the same port as the real one: tables with the kernel's semantics, and faults on demand.
//
// What it knows, each proven against the real kernel by the contract suite (test/contract/kernel_contract.h): errno
// of every refusal; what a link takes with it when it goes, goes down, changes its MAC or its MTU below IPv6's
// minimum; what the last IPv4 address takes; connected routes; slots that are replaced.
// Single-threaded.
#pragma once

#include "backend/kernel.h"
#include "test/support/kernel_faults.h"
#include "test/support/kernel_hand.h"

#include <functional>
#include <string>
#include <vector>

namespace weft::test {

class FakeKernel final : public Kernel, public KernelHand {
 public:
  FakeKernel();  // with `lo` up

  // The port.
  [[nodiscard]] Result<KernelDump> dump(const Ownership& ownership) override;
  [[nodiscard]] OperationResults apply(std::span<const Operation> operations) override;
  [[nodiscard]] Result<NodeFacts> read_facts() override;

  // Another hand on it.
  void add_ethernet(const std::string& name, std::uint32_t mtu) override;
  void add_bridge(const std::string& name) override;
  void add_vxlan(const std::string& name, std::uint32_t vni, std::uint16_t port, const std::string& uplink) override;
  void remove_link(const std::string& name) override;
  void set_up(const std::string& name, bool up) override;
  void set_mtu(const std::string& name, std::uint32_t mtu) override;
  void set_mac(const std::string& name, const MacAddress& mac) override;
  void add_address(const LinkAddress& address) override;
  void remove_address(const LinkAddress& address) override;
  void remove_neighbour(const Neighbour& neighbour) override;
  void remove_fdb(const FdbEntry& entry) override;
  void add_route(const Route& route, std::uint8_t protocol) override;
  void remove_route(const Route& route) override;

  KernelFaults& faults() { return faults_; }
  // Operations that apply() has been given so far, refused ones included.
  [[nodiscard]] const std::vector<Operation>& journal() const { return journal_; }

 private:
  struct Device {
    Link link;
    bool removable = true;
    bool loopback = false;
    std::vector<InterfaceAddress> addresses;
  };
  struct Entry {
    Route route;
    std::uint8_t protocol;
  };

  // The errno of a refusal, 0 for success.
  int execute(const Operation& operation);
  int put(const Link& link);
  int put(const LinkAddress& address);
  int put(const Neighbour& neighbour);
  int put(const FdbEntry& entry);
  int put(const Route& route);
  int remove(const Link& link);
  int remove(const LinkAddress& address);
  int remove(const Neighbour& neighbour);
  int remove(const FdbEntry& entry);
  int remove(const Route& route);

  int create(const Link& link);
  int change(Device& device, const Link& link);
  void change_mac(Device& device, const MacAddress& mac);
  int change_mtu(Device& device, std::uint32_t mtu);
  void change_up(Device& device, bool up);
  int put_route(const Route& route, std::uint8_t protocol);
  [[nodiscard]] int check_hop(const Route& route, const Device& device) const;
  void connect(const Device& device, const InterfaceAddress& address);
  void disconnect(const Device& device, const InterfaceAddress& address);
  // What IPv4 or IPv6 loses when it is stopped on a device.
  void stop_family(Device& device, Family family);

  [[nodiscard]] Device* find(const std::string& name);
  [[nodiscard]] const Device* find(const std::string& name) const;
  Device& at(const std::string& name);

  std::vector<Device> devices_;
  std::vector<Neighbour> neighbours_;
  std::vector<FdbEntry> fdb_;
  std::vector<Entry> routes_;
  KernelFaults faults_;
  std::vector<Operation> journal_;
};

}  // namespace weft::test
