// A real kernel for one test: an empty network with an uplink `up0` (192.0.2.1/24, 2001:db8::1/64, MTU 1500).
#pragma once

#include "backend/netlink_kernel.h"
#include "test/support/kernel_objects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <vector>

namespace weft::test {

// Literals for tests: abort on bad text.
[[nodiscard]] IpAddress address(std::string_view text);
[[nodiscard]] IpPrefix prefix(std::string_view text);
[[nodiscard]] MacAddress mac(std::string_view text);

// weft.1 and weft-v6.1 with one peer of each family: every kind of object in it, normalised.
[[nodiscard]] KernelState sample_state();
[[nodiscard]] Link sample_link_v4();
// The i-th peer's route on weft.1, i < 65,536; each has its own destination.
[[nodiscard]] Route peer_route(unsigned i);

[[nodiscard]] std::vector<Operation> puts(const KernelState& state);     // in the order of make_plan
[[nodiscard]] std::vector<Operation> removes(const KernelState& state);  // the reverse

class NetlinkFixture : public ::testing::Test {
 protected:
  void SetUp() override;

  NetlinkKernel& kernel() { return *kernel_; }
  OtherHand& other() { return *other_; }

  OperationResults apply(const std::vector<Operation>& operations) { return kernel_->apply(operations); }
  void apply_all(const KernelState& state);  // every put must succeed
  void remove_all(const KernelState& state);
  KernelState own();
  std::vector<Route> foreign_routes();

 private:
  std::optional<NetlinkKernel> kernel_;
  std::optional<OtherHand> other_;
};

}  // namespace weft::test
